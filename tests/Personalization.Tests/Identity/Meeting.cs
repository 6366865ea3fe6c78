using System.Diagnostics.Metrics;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Identity;

/// <summary>People over the embedded engine, met without ceremony.</summary>
internal static class Meeting
{
    public static Salts Salts(IDocuments documents, TimeProvider clock, ISecrets? secrets = null, SaltOptions? options = null) =>
        Personalization.Identity.Salts.Open(documents, secrets ?? new MemorySecrets(), clock, options ?? SaltOptions.Read(new([])), default).GetAwaiter().GetResult();

    public static People People(this EmbeddedStorage storage, TimeProvider clock) => People(storage.Documents, clock, Salts(storage.Documents, clock));

    public static People People(IDocuments documents, TimeProvider clock, Salts salts) => new(salts, new(documents, salts, new(documents, clock), clock), clock);

    public static SignIns SignIns(EmbeddedStorage storage, TimeProvider clock, Salts salts, People people, Meter meter) =>
        new(people, Aliases(storage, clock, salts), new(new(storage.Documents, clock), Rules), storage.Persons(clock), InMemory.Audit(storage, clock, meter), clock, meter);

    public static SaltKeeper Keeper(EmbeddedStorage storage, TimeProvider clock, Salts salts, Meter meter) => new(salts, Aliases(storage, clock, salts), InMemory.Audit(storage, clock, meter), clock);

    public static Aliases Aliases(EmbeddedStorage storage, TimeProvider clock, Salts salts) => new(storage.Documents, salts, new(storage.Documents, clock), clock);

    public static WholePersons Persons(this EmbeddedStorage storage, TimeProvider clock, IDocuments? documents = null) =>
        new(documents ?? storage.Documents, new(new(documents ?? storage.Documents, clock), Rules), new(storage.Ledger), clock);

    /// <summary>The rules of the product.</summary>
    public static GraphRules Rules { get; } = new(Namespaces.All.Select(n => new NamespaceRule(n.Name, n.Unique, n.Confidence)));

    /// <summary>The person behind an id, entered now if they are new.</summary>
    public static Subject Of(this People people, string? user, string? visitor) => people.Meet(user, visitor, default).AsTask().GetAwaiter().GetResult().Subject;
}
