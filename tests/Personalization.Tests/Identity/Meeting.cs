using Personalization.Identity;
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

    /// <summary>The person behind an id, entered now if they are new.</summary>
    public static Subject Of(this People people, string? user, string? visitor) => people.Meet(user, visitor, default).AsTask().GetAwaiter().GetResult().Subject;
}
