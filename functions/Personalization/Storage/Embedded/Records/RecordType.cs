namespace Personalization.Storage.Embedded;

/// <summary>What a record says. The numbers are on disk: never reuse one.</summary>
internal enum RecordType : byte
{
    /// <summary>Starts a batch and says up to where the file was durable when the batch was written.</summary>
    Mark = 1,

    Put = 2,
    Delete = 3,
    Append = 4,

    SnapshotBegin = 5,
    SnapshotEnd = 6,

    Publish = 7,

    /// <summary>Starts a stream file: the next sequence of every partition, so that removing older files forgets none.</summary>
    Positions = 8,

    /// <summary>Takes away all rows of a ledger's partition.</summary>
    Clear = 9,
}
