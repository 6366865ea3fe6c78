using System.Buffers.Binary;
using System.Globalization;

namespace Personalization.Storage.Embedded;

/// <summary>How far each consumer is, kept in the journal under a name that no declared store can have.</summary>
internal sealed class StreamCheckpoints
{
    private const string Name = "stream.checkpoints";

    private readonly Journal journal;
    private readonly DocumentIndex documents;

    public StreamCheckpoints(Journal journal, IEnumerable<Hub> hubs)
    {
        this.journal = journal;
        documents = journal.State.Internal(Name);
        foreach (var partition in hubs.SelectMany(h => h.Partitions)) Load(partition);
    }

    public async ValueTask<Outcome<Etag>> Save(HubPartition partition, string consumer, long next, CancellationToken stop)
    {
        Keys.Require(consumer, nameof(consumer));
        var body = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(body, next);
        var saved = await journal.Commit.Answer(
            new PutPending(journal.Staging, documents, Key(partition), consumer, body, Condition.None, expiry: null), stop);
        if (saved.Ok) partition.Consumed(consumer, next);
        return saved;
    }

    private void Load(HubPartition partition)
    {
        var entries = new List<Entry>();
        documents.Partition(Key(partition))?.CopyAll(entries);
        foreach (var entry in entries)
        {
            var next = BinaryPrimitives.ReadInt64LittleEndian(entry.Body);
            partition.Consumed(entry.Id, next);
            // With relaxed durability a power cut can take records and leave the checkpoint behind them: their sequences are spent.
            if (next > partition.Next) partition.Reached(next);
        }
    }

    private static string Key(HubPartition partition) => string.Create(CultureInfo.InvariantCulture, $"{partition.Hub.Name}/{partition.Number}");
}
