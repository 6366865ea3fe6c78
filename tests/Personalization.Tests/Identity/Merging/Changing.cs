using System.Diagnostics.Metrics;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Messages.Caps;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Identity.Merging;

/// <summary>Changes of who is who, done from beginning to end.</summary>
internal sealed class Changing(ManualClock clock, Meter meter)
{
    private static readonly ConsentPolicy Policy = new(1, new Dictionary<Region, Regime>(), Regime.OptOut);

    /// <summary>A merge that is about to be done.</summary>
    public async Task<PersonChange> Named(EmbeddedStorage world, int from, int into)
    {
        var (decision, name) = await Over(world.Documents, world).Preview(Behaviour.Person(from), Behaviour.Person(into), ask: false, default);
        Assert.IsType<MergeDecision.Ready>(decision);
        await new IdentityLog(world.Documents, clock).Name(name, Behaviour.Person(from), Behaviour.Person(into), default);
        return new(PersonChangeKind.Merge, name, "by-staff");
    }

    public async Task<ChangeOutcome> Run(PersonChange change, IDocuments documents, EmbeddedStorage world, string owner = "me")
    {
        var changes = Over(documents, world);
        while (!await changes.Hold(change, owner, default)) await Task.Yield();
        var outcome = await changes.Apply(change, default);
        await changes.Release(change, owner, default);
        return outcome;
    }

    /// <param name="documents">What they write to.</param>
    /// <param name="world">Where everything else is.</param>
    public PersonChanges Over(IDocuments documents, EmbeddedStorage world)
    {
        var log = new IdentityLog(documents, clock);
        return new(
            log, new(log, Meeting.Rules), new(documents), new(documents, new(world.Ledger), new(documents, _ => true, clock, meter)), world.Persons(clock, documents), new(documents),
            new(world.Documents, new(TimeSpan.FromDays(1)), clock, meter), Homes(documents), InMemory.Audit(world, clock, meter), Policy, clock);
    }

    private CapHomes Homes(IDocuments documents) =>
        new(new(documents), new(documents), async (subject, stop) => (await new Linker(new(documents, clock), Meeting.Rules).Graph([subject], stop)).ClusterOf(subject).Members, clock);
}
