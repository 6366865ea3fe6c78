using Personalization.Catalog;

namespace Personalization.Decisions.Candidates;

/// <summary>
/// What a decision chooses from: candidates in the order that breaks ties, with what is known of each in columns. One
/// instance serves many decisions one after the other and allocates for none it has room for.
/// </summary>
public sealed class Pool
{
    /// <summary>Most candidates of one decision.</summary>
    public const int Most = 10_000;

    /// <summary>No place: an item the catalogue does not know.</summary>
    public const int Nowhere = -1;

    /// <summary>The group of what belongs to none.</summary>
    public const ushort NoGroup = ushort.MaxValue;

    private float[] columns;

    public Pool(int room = 256)
    {
        Room = room;
        columns = new float[Candidates.Columns.Count * room];
        (Keys, Places, Groups, Rules, Texts) = (new ulong[room], new int[room], new ushort[room], new ulong[room], new Range[room]);
    }

    public int Count { get; private set; }

    public int Room { get; private set; }

    /// <summary>Which columns hold anything but zero.</summary>
    public uint Filled { get; private set; }

    /// <summary>By candidate: the item, where it stands in the catalogue, its category by number.</summary>
    public ulong[] Keys { get; private set; }

    public int[] Places { get; private set; }

    public ushort[] Groups { get; private set; }

    /// <summary>By candidate: which of the active rules speak of it.</summary>
    public ulong[] Rules { get; private set; }

    /// <summary>By candidate: where in the request's body its id stands, quotes left out; for what the catalogue may not know.</summary>
    public Range[] Texts { get; private set; }

    /// <summary>Every column, one after the other, <see cref="Room"/> apart.</summary>
    public ReadOnlySpan<float> Values => columns;

    public void Clear()
    {
        for (var c = 0; c < Candidates.Columns.Count; c++)
            if ((Filled & (1u << c)) != 0) columns.AsSpan(c * Room, Count).Clear();
        (Count, Filled) = (0, 0);
    }

    public int Add(ItemKey item, int place, ushort group, Range text = default)
    {
        if (Count == Room) Grow();
        var i = Count++;
        (Keys[i], Places[i], Groups[i], Rules[i], Texts[i]) = (item.Value, place, group, 0, text);
        return i;
    }

    public void Set(Column column, int candidate, float value)
    {
        if (value == 0) return;
        var bit = 1u << (int)column;
        Filled |= bit;
        columns[((int)column * Room) + candidate] = (Candidates.Columns.Exact & bit) != 0 ? value : Candidates.Columns.Rounded(value);
    }

    public float Value(Column column, int candidate) => columns[((int)column * Room) + candidate];

    public ReadOnlySpan<float> Of(Column column) => columns.AsSpan((int)column * Room, Count);

    private void Grow()
    {
        var room = Room * 2;
        var wider = new float[Candidates.Columns.Count * room];
        for (var c = 0; c < Candidates.Columns.Count; c++) columns.AsSpan(c * Room, Count).CopyTo(wider.AsSpan(c * room));
        columns = wider;
        (Keys, Places, Groups, Rules, Texts) = (Grown(Keys, room), Grown(Places, room), Grown(Groups, room), Grown(Rules, room), Grown(Texts, room));
        Room = room;
    }

    private static T[] Grown<T>(T[] array, int room)
    {
        Array.Resize(ref array, room);
        return array;
    }
}
