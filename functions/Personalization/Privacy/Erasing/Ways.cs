using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>What an erasure does to a store, by how that says a person is found in it.</summary>
public static class Ways
{
    /// <summary>Every entry is deleted and looked for again.</summary>
    public const string Deleted = "deleted";

    /// <summary>The same, as the last step: until then the work itself rests on it.</summary>
    public const string DeletedLast = "deleted-last";

    /// <summary>Nobody can delete a single entry; all of them expire, and that is waited for.</summary>
    public const string Expires = "expires";

    /// <summary>Entries stay and nobody can read them, nor tell whose they were: the person's key is destroyed.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>Counts over many people, in which nobody can be found.</summary>
    public const string Aggregate = "aggregate";

    /// <summary>Nothing in it is about a person.</summary>
    public const string None = "none";

    /// <summary>For the certificate.</summary>
    /// <exception cref="NotSupportedException">A person could be in this store and nobody would know how to take them out.</exception>
    public static string Of(Store store, bool last, bool embedded) => (store.Kind, store.Subject) switch
    {
        (_, SubjectKey.None) => store.Sensitivity == Sensitivity.Aggregate ? Aggregate : None,
        (_, SubjectKey.Sealed) => Unreadable,
        (StoreKind.Documents, SubjectKey.Partition) => last ? DeletedLast : Deleted,
        (StoreKind.Documents, SubjectKey.Indexed) when store == Aliases.Store || store == IdentityLog.Names => Deleted,
        (StoreKind.Documents, SubjectKey.Indexed) when last => DeletedLast,
        (StoreKind.Ledger, SubjectKey.Partition) or (StoreKind.Blobs, SubjectKey.NamePrefix) => Deleted,
        // Where there is a database it keeps these, and the stream has none.
        (StoreKind.Stream, SubjectKey.RecordKey) when store.IsRecord => embedded ? Deleted : None,
        (StoreKind.Stream, SubjectKey.RecordKey) => embedded ? Deleted : Expires,
        _ => throw new NotSupportedException($"Nobody knows how to erase a person from '{store.Name}': {store.Kind} by {store.Subject}. Teach the eraser, or declare the store otherwise."),
    };
}
