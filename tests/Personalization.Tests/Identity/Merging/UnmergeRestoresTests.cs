using System.Diagnostics.Metrics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Identity.Merging;

/// <summary>Two worlds with the same events, one with merges and un-merges in between and one without.</summary>
public sealed class UnmergeRestoresTests : IDisposable
{
    private const int Subjects = 5;

    private readonly Meter meter = new("test");
    private readonly ManualClock clock = new();

    [Fact]
    public void Any_merges_and_unmerges_with_events_in_between_restore_every_side_byte_for_byte() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Restores(seed).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(40));

    public void Dispose() => meter.Dispose();

    private async Task<bool> Restores(int seed)
    {
        var random = new Random(seed);
        await using var merging = new World(clock, meter);
        await using var never = new World(clock, meter);
        var open = new List<Merged>();
        for (var minute = 1; minute < 40; minute++)
        {
            var (one, other) = (random.Next(Subjects), random.Next(Subjects));
            if (random.Next(3) == 0)
            {
                var merged = new Merged(Folk.Start.AddMinutes(minute), $"m{minute}", Behaviour.Person(one), Behaviour.Person(other), Folk.Signed("user", minute));
                await merging.Linker.Store([merged.From, merged.Into], [merged], "", null, default);
                open.Add(merged);
            }
            else if (open.Count > 0 && random.Next(5) == 0)
            {
                await merging.Undo(open[random.Next(open.Count)], minute);
            }

            var e = Sides.Event(random, one);
            await merging.Apply(minute, e);
            await never.Apply(minute, e);
            // While they are one, each still has what came under its own alias.
            Assert.Equal(await never.Everything(), await merging.Everything());
        }

        for (var i = 0; i < open.Count; i++) await merging.Undo(open[i], 100 + i);
        Assert.Equal(await never.Everything(), await merging.Everything());
        for (var person = 0; person < Subjects; person++) Assert.Equal(await never.View(person), await merging.View(person));
        return true;
    }

    private sealed class World : IAsyncDisposable
    {
        private readonly EmbeddedStorage storage;
        private readonly Featurizer featurizer;

        public World(ManualClock clock, Meter meter)
        {
            storage = InMemory.Storage(clock);
            var catalogue = new Catalogue(storage.Documents, clock, new(TimeSpan.FromDays(1)));
            featurizer = new(storage.Documents, catalogue, new DeadLetters(storage.Documents, clock, meter), static (_, _) => new(ConsentState.None), clock, meter);
            Linker = new(new(storage.Documents, clock), Folk.Rules);
        }

        public Linker Linker { get; }

        public ValueTask Apply(int sequence, StreamedEvent e) => featurizer.Apply(new("behaviour", "3", [Behaviour.Record(sequence, e)], 0), default);

        public async Task Undo(Merged merge, int minute)
        {
            if (Unmerge.Decide(await Linker.Graph([merge.From, merge.Into], default), merge.Merge, "asked for", Folk.Start.AddMinutes(minute)) is UnmergeDecision.Ready ready)
                await Linker.Store([ready.Between.From, ready.Between.Into], [ready.Event], "", null, default);
        }

        public async Task<string> Everything()
        {
            var all = new StringBuilder();
            foreach (var store in new[] { Profile.Store, VaultFeatures.Store })
                foreach (var d in (await storage.Documents.Scan(store, null, 1000, default)).Value.Items) all.AppendLine($"{d.Partition}/{d.Id}: {Convert.ToHexString(d.Body.Span)}");
            return string.Join('\n', all.ToString().Split('\n').Order(StringComparer.Ordinal));
        }

        /// <summary>What a decision sees of somebody, by who they are now.</summary>
        public async Task<byte[]> View(int person)
        {
            var own = Behaviour.Person(person);
            var sides = new List<ViewSide>();
            foreach (var member in (await Linker.Graph([own], default)).ClusterOf(own).Members)
                if (await storage.Documents.Get(Profile.Store, member.ToString(), Profile.Id, default) is { Ok: true } found) sides.Add(new(member, found.Value.Body, Purposes.All));
            return Behaviour.Bytes(PersonView.OfProfiles().Of(own, sides, Purposes.All));
        }

        public ValueTask DisposeAsync() => storage.DisposeAsync();
    }
}
