using System.Buffers.Binary;
using Personalization.Consent;
using Personalization.Events;

namespace Personalization.Profiles;

/// <summary>
/// A stored document of features while it is worked on: read, changed event by event, written. One instance serves many
/// documents one after the other and allocates for none. Used by one worker at a time.
/// </summary>
public abstract class FeatureDocument(params IFeature[] features)
{
    private const int SectionHead = 4;
    private const long DayMs = 86_400_000;

    // Asked for every event and every section: not through the declarations each time.
    private readonly byte[] numbers = [.. features.Select(f => f.Definition.Number)];
    private readonly Purposes[] needs = [.. features.Select(f => f.Definition.Purposes)];

    /// <summary>What the person decided so far.</summary>
    public ConsentState Consent { get; set; }

    /// <summary>The newest event in it, in Unix milliseconds; 0 before the first.</summary>
    public long UpdatedAt { get; private set; }

    /// <summary>
    /// What events in it needed beyond what its features do: to be from a third party is no feature's own matter. Nobody can
    /// take one event out of a sum again, so when this is withdrawn, every feature goes.
    /// </summary>
    public Purposes Mixed { get; private set; }

    public Marks Marks { get; } = new();

    public EventRing Ring { get; } = new();

    public IReadOnlyList<IFeature> Features => features;

    /// <summary>Most bytes the written form takes.</summary>
    public int MaxBytes { get; } =
        DocumentHead.Bytes + (EventRing.Kept * sizeof(ulong)) + Marks.MaxBytes + features.Sum(f => SectionHead + f.Definition.MaxBytes);

    /// <summary>An empty document of someone who decided this.</summary>
    public void Begin(in ConsentState consent)
    {
        Consent = consent;
        (UpdatedAt, Mixed) = (0, Purposes.None);
        Marks.Clear();
        Ring.Clear();
        foreach (var feature in features) feature.Clear();
    }

    /// <summary>
    /// Takes an event into every feature whose purposes are all allowed. A feature takes nothing of an event that needs more
    /// than the feature does: it would outlive the withdrawal of what it rests on.
    /// </summary>
    public void Apply(FeatureInput e, Purposes allowed)
    {
        Advance(e);
        Mixed |= e.Event.Needs & Purposes.ThirdParty;
        var rests = e.Event.Needs & ~Purposes.ThirdParty;
        for (var i = 0; i < features.Length; i++)
            if (allowed.Cover(needs[i]) && needs[i].Cover(rests)) features[i].Apply(e);
    }

    /// <summary>
    /// Takes in the features of another subject of the same person, for what a decision sees. Of both, only what may be used
    /// must be left in: each has its own purposes. Consent, marks and names of events are each subject's own and stay apart.
    /// </summary>
    public void Join(FeatureDocument other)
    {
        for (var i = 0; i < features.Length; i++) features[i].Join(other.Features[i]);
        UpdatedAt = Math.Max(UpdatedAt, other.UpdatedAt);
        Mixed |= other.Mixed;
    }

    /// <summary>Clears, not hides, every feature that these purposes do not cover.</summary>
    public void Keep(Purposes allowed)
    {
        for (var i = 0; i < features.Length; i++)
            if (!allowed.Cover(needs[i] | Mixed)) features[i].Clear();
        Mixed &= allowed;
    }

    /// <summary>False where the bytes are another version's or damaged; the document is then empty.</summary>
    public bool Read(ReadOnlySpan<byte> body)
    {
        if (DocumentHead.TryRead(body, out var head) && ReadParts(head)) return true;
        Begin(ConsentState.None);
        return false;
    }

    /// <summary>Writes into room of <see cref="MaxBytes"/> and says how many bytes it took.</summary>
    public int Write(Span<byte> into)
    {
        var length = DocumentHead.Bytes;
        length += Ring.Write(into[length..]);
        length += Marks.Write(into[length..]);
        var sections = 0;
        for (var i = 0; i < features.Length; i++)
        {
            var bytes = features[i].Write(into[(length + SectionHead)..]);
            if (bytes == 0) continue;
            BinaryPrimitives.WriteUInt16LittleEndian(into[length..], numbers[i]);
            BinaryPrimitives.WriteUInt16LittleEndian(into[(length + 2)..], (ushort)bytes);
            length += SectionHead + bytes;
            sections++;
        }

        DocumentHead.Write(into[..length], Consent, UpdatedAt, Mixed, Ring, Marks, sections);
        return length;
    }

    // When the day turns, what is expired leaves. By the events' own time, so that it does not matter how deliveries are
    // cut; readers look at the clock.
    private void Advance(FeatureInput e)
    {
        if (e.Event.At <= UpdatedAt) return;
        if (e.Event.At / DayMs > UpdatedAt / DayMs)
            foreach (var feature in features) feature.Expire(e.At);
        UpdatedAt = e.Event.At;
    }

    private bool ReadParts(in DocumentHead head)
    {
        var (live, replays) = head.MarkCounts;
        var (marks, rest) = (Marks.Bytes(live, replays), head.Rest.Length);
        (Consent, UpdatedAt, Mixed) = (head.Consent, head.UpdatedAt, head.Mixed);
        return marks <= rest && Marks.Read(head.Rest[..marks], live, replays) && Ring.Read(head.RingBytes, head.RingPlace) && ReadSections(head.Rest[marks..], head.Sections);
    }

    /// <summary>
    /// Sections come in the order of the features, each of which may have none, unless another version ordered them otherwise.
    /// That of a feature that is no longer made is passed over, and so left out of the next write.
    /// </summary>
    private bool ReadSections(ReadOnlySpan<byte> rest, int count)
    {
        var next = 0;
        for (; count > 0; count--)
        {
            if (rest.Length < SectionHead) return false;
            var length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (rest.Length < SectionHead + length) return false;
            if (numbers.AsSpan(next).IndexOf(rest[0]) is >= 0 and var skipped)
            {
                for (; skipped > 0; skipped--) features[next++].Clear();
                if (!features[next++].Read(rest.Slice(SectionHead, length))) return false;
            }
            else if (numbers.IndexOf(rest[0]) is >= 0 and var moved && !features[moved].Read(rest.Slice(SectionHead, length))) return false;

            rest = rest[(SectionHead + length)..];
        }

        for (; next < features.Length; next++) features[next].Clear();
        return rest.IsEmpty;
    }
}
