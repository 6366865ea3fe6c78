namespace Personalization.Storage;

/// <summary>
/// One place where data is kept, declared once beside the code that owns it. Erasure, export and retention
/// walk these declarations, so a store that is not declared cannot be opened.
/// </summary>
/// <param name="Name">Lower-case letters and digits; the Cosmos container, table, hub or blob container of the same name.</param>
/// <param name="Kind">Which of the four contracts opens it.</param>
/// <param name="Owner">The team that answers for it.</param>
/// <param name="Purpose">Why it exists, in a sentence a data-protection officer accepts.</param>
/// <param name="Sensitivity">How closely its content touches a person.</param>
/// <param name="Expiry">How long an entry lives unless its write says otherwise; null keeps it.</param>
/// <param name="Partition">What the partition key is, in words.</param>
/// <param name="Subject">Where in an entry the person it is about is found.</param>
public sealed record Store(
    string Name, StoreKind Kind, string Owner, string Purpose, Sensitivity Sensitivity,
    TimeSpan? Expiry, string Partition, SubjectKey Subject)
{
    /// <summary>
    /// Of a stream: whether its records are what is kept, and nobody makes anything from them. They are read and not consumed, so
    /// they have no backlog, and none of them can bring back who was erased. Only the embedded engine has such: elsewhere a
    /// database keeps them.
    /// </summary>
    public bool IsRecord { get; init; }
}

public enum StoreKind { Documents, Ledger, Blobs, Stream }

public enum Sensitivity
{
    /// <summary>Says nothing about any person: the catalogue, rules, model artefacts.</summary>
    Public,

    /// <summary>Counts over many people.</summary>
    Aggregate,

    /// <summary>About one person, under a random key.</summary>
    Pseudonymous,

    /// <summary>About one person and kept only under explicit opt-in.</summary>
    Sensitive,
}

/// <summary>How the entries about one subject are found in a store.</summary>
public enum SubjectKey
{
    /// <summary>No entry is about a person.</summary>
    None,

    /// <summary>The partition key is the subject (documents, ledger rows).</summary>
    Partition,

    /// <summary>The entry's name starts with the subject and a slash (blobs).</summary>
    NamePrefix,

    /// <summary>Each record carries the subject as its key (streams).</summary>
    RecordKey,

    /// <summary>Another store, whose partition key is the subject, lists the entries.</summary>
    Indexed,

    /// <summary>They are not: what is personal is encrypted, and erased by destroying the subject's key in another store.</summary>
    Sealed,
}
