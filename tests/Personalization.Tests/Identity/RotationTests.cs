using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Identity;

/// <summary>Whoever comes often enough stays who they are through any number of rotations; of whoever does not, nothing can be found any more.</summary>
public sealed class RotationTests
{
    private const int Runs = 300;
    private const int People = 12;
    private static readonly SaltOptions Options = SaltOptions.Read(new([]));

    /// <summary>The rule, written a second time: known as long as the epoch they were last seen in is understood.</summary>
    [Fact]
    public async Task Rotation_at_random_moments_never_loses_an_active_person()
    {
        var (kept, forgotten) = (0, 0);
        for (var seed = 0; seed < Runs; seed++)
        {
            var random = new Random(seed);
            await using var world = new World();
            var last = new Dictionary<int, (Subject Subject, int Epoch)>();
            for (var step = 0; step < 60; step++)
            {
                world.Clock.Advance(TimeSpan.FromHours(random.Next(1, 24 * 6)));
                if (random.Next(3) > 0) await world.Keeper.Tend(default);
                if (random.Next(40) == 0) await world.Keeper.Rotate(TimeSpan.FromDays(random.Next(0, 30)), default);
                var person = random.Next(People);
                var live = world.Salts.Now.Live(world.Clock.GetUtcNow()).Select(e => e.Number).ToHashSet();
                var now = await world.People.Meet(null, $"v{person}", default);
                if (last.TryGetValue(person, out var before))
                {
                    var known = live.Contains(before.Epoch);
                    Assert.True(known == (before.Subject == now.Subject), $"seed {seed}, step {step}: last seen in epoch {before.Epoch}, live {string.Join(',', live)}");
                    _ = known ? kept++ : forgotten++;
                }

                last[person] = (now.Subject, live.Max());
            }
        }

        Assert.True(kept > 1000 && forgotten > 100, $"{kept} kept, {forgotten} forgotten: the runs show too little");
    }

    /// <summary>With everything that is stored and every salt there is, nobody not seen since can be found.</summary>
    [Fact]
    public async Task What_was_made_with_a_destroyed_salt_links_to_nobody()
    {
        await using var world = new World();
        for (var i = 0; i < 200; i++) await world.People.Meet(i % 2 == 0 ? $"u{i}" : null, $"v{i}", default);
        var old = world.Salts.Now.Current;
        var oldAliases = Enumerable.Range(0, 200).Select(i => old.AliasOf(Id(i))).ToList();
        var (_, stored) = await world.Everything();
        Assert.All(oldAliases, a => Assert.Contains(a, stored, StringComparison.Ordinal));

        world.Clock.Advance(TimeSpan.FromDays(30));
        await world.Keeper.Tend(default);
        for (var i = 0; i < 50; i++) await world.People.Meet(i % 2 == 0 ? $"u{i}" : null, $"v{i}", default);
        world.Clock.Advance(TimeSpan.FromDays(30));
        await world.Keeper.Tend(default);

        (var subjects, stored) = await world.Everything();
        Assert.All(oldAliases, a => Assert.DoesNotContain(a, stored, StringComparison.Ordinal));
        Assert.Equal(50, subjects.Count);
        // Who holds the salts finds those who came back, which shows that looking this way finds somebody, and no other.
        var salts = world.Salts.Now.All;
        for (var i = 0; i < 200; i++) Assert.Equal(i < 50, salts.Any(e => stored.Contains(e.AliasOf(Id(i)), StringComparison.Ordinal)));
    }

    private static Identifier Id(int i) => i % 2 == 0 ? new(Namespaces.User, Encoding.UTF8.GetBytes($"u{i}")) : new(Namespaces.Visitor, Encoding.UTF8.GetBytes($"v{i}"));

    private sealed class World : IAsyncDisposable
    {
        private readonly EmbeddedStorage storage;
        private readonly MemorySecrets secrets = new();
        private readonly Meter meter = new("rotation");

        public World()
        {
            storage = InMemory.Storage(Clock);
            Salts = Meeting.Salts(storage.Documents, Clock, secrets, Options);
            (Keeper, People) = (Meeting.Keeper(storage, Clock, Salts, meter), new(Salts, Meeting.Aliases(storage, Clock, Salts), Clock));
        }

        public ManualClock Clock { get; } = new();
        public Salts Salts { get; }
        public SaltKeeper Keeper { get; }
        public People People { get; }

        /// <summary>Every key and body of every store, and the subjects something is kept of.</summary>
        public async Task<(HashSet<string> Subjects, string Text)> Everything()
        {
            var (subjects, text) = (new HashSet<string>(StringComparer.Ordinal), new StringBuilder());
            foreach (var store in Personalization.Functions.Composition.Stores.All.Where(s => s.Kind == StoreKind.Documents))
            {
                string? next = null;
                do
                {
                    var page = (await storage.Documents.Scan(store, next, 100, default)).Value;
                    foreach (var d in page.Items)
                    {
                        if (store == Links.Store) subjects.Add(d.Partition);
                        text.Append(d.Partition).Append(d.Id).Append(Encoding.Latin1.GetString(d.Body.Span)).Append(Convert.ToHexStringLower(d.Body.Span));
                    }

                    next = page.Next;
                }
                while (next is not null);
            }

            return (subjects, text.ToString());
        }

        public ValueTask DisposeAsync()
        {
            meter.Dispose();
            return storage.DisposeAsync();
        }
    }
}
