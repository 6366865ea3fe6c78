using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Identity;

/// <summary>However many meet somebody at once, from however many processes, it is one person; also while a rotation is not known everywhere.</summary>
public sealed class AliasesRaceTests
{
    private const int Runs = 1000;
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Identifier Someone = new(Namespaces.Visitor, "v"u8.ToArray());

    [Fact]
    public async Task Parallel_first_visits_make_one_subject()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            await using var world = new World(seed);
            var processes = await world.Processes(2 + (seed % 3));
            var subjects = await world.Turns.Race(processes.SelectMany(p => Enumerable.Repeat(p, 3)).Select(p => (Func<Task<Subject>>)(() => p.Meet(Someone))));
            await world.IsOne(subjects, processes, $"seed {seed}");
        }
    }

    [Fact]
    public async Task A_rotation_that_some_have_not_heard_of_makes_nobody_two()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            await using var world = new World(seed);
            var processes = await world.Processes(3);
            // Half of them are met before already, and known by the old salt only.
            var before = seed % 2 == 0 ? await processes[0].Meet(Someone) : (Subject?)null;
            world.Clock.Advance(TimeSpan.FromDays(30));
            var racers = processes.SelectMany(p => Enumerable.Repeat(p, 2)).Select(p => (Func<Task<Subject>>)(() => p.Meet(Someone)));
            Func<Task<Subject>> rotating = async () =>
            {
                await processes[0].Salts.RotateWhenDue(default);
                return await processes[0].Meet(Someone);
            };
            var subjects = await world.Turns.Race(racers.Append(rotating));
            await world.IsOne(subjects, processes, $"seed {seed}");
            Assert.True(before is null || before == subjects[0], $"seed {seed}: somebody known became a stranger");
        }
    }

    [Fact]
    public async Task Of_two_who_rotate_at_once_one_does()
    {
        for (var seed = 0; seed < Runs; seed++)
        {
            await using var world = new World(seed);
            var processes = await world.Processes(3);
            world.Clock.Advance(TimeSpan.FromDays(30));
            var rotated = await world.Turns.Race(processes.Select(p => (Func<Task<bool>>)(() => p.Salts.RotateWhenDue(default).AsTask())));
            Assert.True(rotated.Count(r => r) == 1, $"seed {seed}: {rotated.Count(r => r)} rotated");
            Assert.Equal([1, 2], (await processes[0].Salts.Book(default)).Rows.Select(r => r.Number));
            Assert.Equal(2, world.Secrets.Count);
        }
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly EmbeddedStorage storage;

        public World(int seed)
        {
            storage = InMemory.Storage(Clock);
            Turns = new(storage.Documents, seed);
        }

        public SetClock Clock { get; } = new(Start);
        public MemorySecrets Secrets { get; } = new();
        public Turns Turns { get; }

        public async Task<List<Process>> Processes(int count)
        {
            var all = new List<Process>();
            for (var i = 0; i < count; i++)
                all.Add(new(Turns, Clock, await Salts.Open(Turns, Secrets, Clock, SaltOptions.Read(new([])), default)));
            return all;
        }

        /// <summary>All were told the same, every process finds the same, and what is stored says the same and is all accounted for.</summary>
        public async Task IsOne(Subject[] told, List<Process> processes, string run)
        {
            var one = Assert.Single(told.Distinct());
            foreach (var process in processes) Assert.True(await process.Meet(Someone) == one, run);
            var aliases = (await storage.Documents.Scan(Aliases.Store, null, 100, default)).Value.Items;
            var links = await new Links(storage.Documents, Clock).Of(one, default);
            Assert.True(aliases.Select(a => a.Partition).Order(StringComparer.Ordinal).SequenceEqual(links.SelectMany(l => l.Value).Select(l => l.Alias).Order(StringComparer.Ordinal)), run);
            foreach (var other in (await storage.Documents.Scan(Links.Store, null, 100, default)).Value.Items.Where(l => l.Partition != one.ToString()))
                Assert.True(other.Body.Span.SequenceEqual("[]"u8), run);
        }

        public ValueTask DisposeAsync() => storage.DisposeAsync();
    }

    private sealed class Process(IDocuments documents, TimeProvider clock, Salts salts)
    {
        private readonly Aliases aliases = new(documents, salts, new(documents, clock), clock);

        public Salts Salts => salts;

        public async Task<Subject> Meet(Identifier id) => (await aliases.Meet(id, default, null, default)).Subject;
    }
}
