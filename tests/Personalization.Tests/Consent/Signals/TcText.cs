using System.Text;

namespace Personalization.Tests.Consent.Signals;

/// <summary>Writes TC strings, so that a test can say exactly what one holds.</summary>
internal sealed record TcText
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static readonly DateTimeOffset Noon = new(2025, 12, 1, 12, 0, 0, TimeSpan.Zero);

    public int Version { get; init; } = 2;
    public DateTimeOffset Created { get; init; } = Noon;
    public DateTimeOffset LastUpdated { get; init; } = Noon;
    public int PolicyVersion { get; init; } = 5;
    public bool ServiceSpecific { get; init; } = true;
    public int[] SpecialFeatures { get; init; } = [];
    public int[] Consents { get; init; } = [];
    public int[] LegitimateInterests { get; init; } = [];
    public int[] Vendors { get; init; } = [];
    public (int Purpose, int Kind, int First, int Last)[] Restrictions { get; init; } = [];
    public int[]? Disclosed { get; init; } = [];
    public int[]? Publisher { get; init; }
    public bool PublisherFirst { get; init; }

    public static int[] Purposes { get; } = [.. Enumerable.Range(1, 11)];

    /// <summary>Consents to everything, for everybody.</summary>
    public static TcText All { get; } = new() { Consents = Purposes, SpecialFeatures = [1, 2], Vendors = [7, 8], Disclosed = [7, 8] };

    public override string ToString()
    {
        List<string> segments = [Core()];
        if (Disclosed is not null) segments.Add(Text(Int(1, 3) + Field(Disclosed)));
        if (Publisher is not null) segments.Insert(PublisherFirst ? 1 : segments.Count, Text(Int(3, 3) + Bits(Publisher, 24) + Bits([], 24) + Int(2, 6) + "1001"));
        return string.Join('.', segments);
    }

    public byte[] Bytes() => Encoding.ASCII.GetBytes(ToString());

    /// <summary>Bits as base64url, filled up with zeros.</summary>
    public static string Text(string bits)
    {
        bits = bits.PadRight((bits.Length + 5) / 6 * 6, '0');
        return string.Concat(bits.Chunk(6).Select(six => Alphabet[Convert.ToInt32(new string(six), 2)]));
    }

    public static string Flip(string text, int bit)
    {
        var at = bit / 6;
        return text[at] == '.' ? text : text[..at] + Alphabet[Alphabet.IndexOf(text[at]) ^ (1 << (5 - (bit % 6)))] + text[(at + 1)..];
    }

    private string Core() => Text(
        Int(Version, 6) + Time(Created) + Time(LastUpdated) + Int(31, 12) + Int(2, 12) + Int(1, 6) + Int(4, 6) + Int(13, 6) + Int(99, 12) + Int(PolicyVersion, 6)
        + (ServiceSpecific ? "1" : "0") + "0" + Bits(SpecialFeatures, 12) + Bits(Consents, 24) + Bits(LegitimateInterests, 24) + "0" + Int(3, 6) + Int(4, 6)
        + Field(Vendors) + Field([]) + Int(Restrictions.Length, 12) + string.Concat(Restrictions.Select(r => Int(r.Purpose, 6) + Int(r.Kind, 2) + Int(1, 12) + "1" + Int(r.First, 16) + Int(r.Last, 16))));

    private static string Time(DateTimeOffset at) => Int(at.ToUnixTimeMilliseconds() / 100, 36);

    private static string Field(int[] vendors) => Int(vendors.DefaultIfEmpty().Max(), 16) + "0" + Bits(vendors, vendors.DefaultIfEmpty().Max());

    private static string Bits(int[] ids, int width) => string.Concat(Enumerable.Range(1, width).Select(i => ids.Contains(i) ? '1' : '0'));

    private static string Int(long value, int bits) => Convert.ToString(value, 2).PadLeft(bits, '0');
}
