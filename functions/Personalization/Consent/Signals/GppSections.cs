namespace Personalization.Consent.Signals;

/// <summary>
/// The sections of a GPP string, one after the other with the id its header gives them (IAB Tech Lab, "Consent String
/// Specification": type 3, version 1, then the ids in rising order as a Fibonacci-coded range). Work and ids are bounded
/// by the text: an id without a section ends it.
/// </summary>
internal ref struct GppSections
{
    private const int MaxId = ushort.MaxValue;

    private BitReader header;
    private ReadOnlySpan<byte> rest;
    private bool more;
    private int entries;
    private int id;
    private int inRange;

    public GppSections(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'~');
        more = end >= 0;
        rest = more ? text[(end + 1)..] : default;
        header = new(more ? text[..end] : text);
        var (type, version) = (header.Int(6), header.Int(6));
        entries = header.Int(12);
        Broken = header.Broken || type != 3 || version != 1;
    }

    /// <summary>The header and what follows it do not fit, or cannot be read.</summary>
    public bool Broken { get; private set; }

    public bool Next(out int section, out ReadOnlySpan<byte> body)
    {
        section = 0;
        body = default;
        if (Broken || !NextId(out section)) return false;
        var end = rest.IndexOf((byte)'~');
        body = end < 0 ? rest : rest[..end];
        Broken = !more || body.IsEmpty;
        more = end >= 0;
        rest = more ? rest[(end + 1)..] : default;
        return !Broken;
    }

    private bool NextId(out int section)
    {
        section = 0;
        if (inRange == 0 && entries == 0)
        {
            Broken = more; // a section nobody announced
            return false;
        }

        if (inRange > 0) (id, inRange) = (id + 1, inRange - 1);
        else
        {
            entries--;
            var many = header.Bit();
            id += Fibonacci();
            if (many) inRange = Fibonacci();
        }

        section = id;
        Broken |= header.Broken || id > MaxId;
        return !Broken;
    }

    /// <summary>A sum of Fibonacci numbers 1, 2, 3, 5, …, one bit for each, ended by a second 1 in a row.</summary>
    private int Fibonacci()
    {
        var (sum, number, next, before) = (0, 1, 2, false);
        while (number <= MaxId && !header.Broken)
        {
            var bit = header.Bit();
            if (bit && before) return sum;
            if (bit) sum += number;
            before = bit;
            (number, next) = (next, number + next);
        }

        Broken = true;
        return MaxId + 1;
    }
}
