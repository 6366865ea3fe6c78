using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Events.Reading;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>One request's events on their way into the stream, with all the room that takes; used again and again.</summary>
public sealed class IntakeBatch
{
    private const int ChunkBytes = 64 * 1024;

    private readonly Dictionary<ulong, int> personOf = [];
    private readonly HashSet<ulong> ids = [];
    private readonly List<byte[]> chunks = [];
    private int chunk, used;

    /// <summary>What was read from the body.</summary>
    public EventBatch Events { get; } = new();

    /// <summary>What the request as a whole says of consent, beside its events.</summary>
    public Vote Consent { get; set; }

    /// <summary>The token a visitor of this request is to use from now on; null where there is none, or where there are several people and nobody could tell whose it is.</summary>
    public string? Visitor { get; internal set; }

    private readonly List<KnownPerson> people = [];

    /// <summary>Who the events are about, each once.</summary>
    internal ReadOnlySpan<KnownPerson> People => CollectionsMarshal.AsSpan(people)[..personOf.Count];

    /// <summary>Whether all events are of one person, with one browser at most.</summary>
    internal bool IsOfOne => personOf.Count == 1 || (personOf.Count == 2 && people[1].Beside);

    internal PartitionLoad[] Loads { get; private set; } = [];

    internal void Start(int partitions)
    {
        (chunk, used, Visitor) = (0, 0, null);
        personOf.Clear();
        ids.Clear();
        if (Loads.Length != partitions) Loads = [.. Enumerable.Range(0, partitions).Select(_ => new PartitionLoad())];
        foreach (var load in Loads) load.Clear();
    }

    /// <summary>The place of whoever has this tag; -1 where they have none yet.</summary>
    internal int PlaceOf(UInt128 tag) => personOf.GetValueOrDefault((ulong)tag, -1);

    internal int Add(UInt128 tag, Pseudonym? pseudonym, int firstEvent, bool beside)
    {
        var place = personOf.Count;
        if (place == people.Count) people.Add(new());
        people[place].Begin(tag, pseudonym, firstEvent, beside);
        // Half of a keyed hash tells the people of one request apart; who they are is looked up by all of it.
        return personOf[(ulong)tag] = place;
    }

    /// <summary>False for an id that occurred before in this request.</summary>
    internal bool First(ulong id) => ids.Add(id);

    /// <summary>Writes the event where it stays until the batch is used again.</summary>
    internal StreamRecord Write(string key, in StreamedEvent e)
    {
        if (chunks.Count == 0 || used + StreamedEvent.MaxBytes > ChunkBytes) NextChunk();
        var length = e.Write(chunks[chunk].AsSpan(used));
        used += length;
        return new(key, chunks[chunk].AsMemory(used - length, length));
    }

    private void NextChunk()
    {
        if (chunks.Count > 0 && used > 0) chunk++;
        if (chunk == chunks.Count) chunks.Add(new byte[ChunkBytes]);
        used = 0;
    }

    internal void Clear()
    {
        Events.Clear();
        Consent = Vote.Silent;
    }
}

/// <summary>What goes to one partition, and which events of the request those are.</summary>
internal sealed class PartitionLoad
{
    public List<StreamRecord> Records { get; } = [];

    public List<int> Indexes { get; } = [];

    public void Clear()
    {
        Records.Clear();
        Indexes.Clear();
    }
}
