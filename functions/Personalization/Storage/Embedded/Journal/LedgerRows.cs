namespace Personalization.Storage.Embedded;

/// <summary>
/// The rows of one ledger partition. The committing thread puts rows behind the visible end and moves the end when their
/// batch is kept; readers see what is before the end.
/// </summary>
internal sealed class LedgerRows
{
    private byte[][] rows = new byte[4][];
    private int visible;
    private int staged;

    public int Count => Volatile.Read(ref visible);

    /// <summary>How many there are as the current batch leaves it.</summary>
    public int Staged => staged;

    public bool IsEmpty => staged == 0;

    /// <summary>Only rows before <see cref="Count"/>, read after it.</summary>
    public byte[] this[int index] => Volatile.Read(ref rows)[index];

    /// <summary>How many of the rows are there already with the same bytes; null when the place is taken or would leave a gap.</summary>
    public int? Known(long at, IReadOnlyList<byte[]> wanted)
    {
        if (at < 0 || at > staged) return null;
        var overlap = (int)Math.Min(wanted.Count, staged - at);
        for (var i = 0; i < overlap; i++)
            if (!rows[at + i].AsSpan().SequenceEqual(wanted[i])) return null;
        return overlap;
    }

    public void Stage(byte[] row)
    {
        if (staged == rows.Length)
        {
            var larger = rows;
            Array.Resize(ref larger, rows.Length * 2);
            Volatile.Write(ref rows, larger);
        }
        rows[staged++] = row;
    }

    /// <summary>Shows the rows up to an end that was staged.</summary>
    public void Show(long end) => Volatile.Write(ref visible, Math.Max(visible, (int)end));

    /// <summary>Forgets what was staged and not kept.</summary>
    public void Abandon() => staged = visible;
}
