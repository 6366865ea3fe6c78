using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>Keys to look for among records as they lie in a file. Asked for every record there is, so it makes no text of any.</summary>
internal sealed class RecordKeys
{
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> places;

    public RecordKeys(IEnumerable<string> keys)
    {
        var all = new Dictionary<byte[], int>(SameBytes.Instance);
        foreach (var key in keys) all.TryAdd(Encoding.UTF8.GetBytes(key), all.Count);
        places = all.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public int Count => places.Dictionary.Count;

    public bool Contain(ReadOnlySpan<byte> key) => places.ContainsKey(key);

    /// <summary>By the order in which they were first named; below 0 where it is none of them.</summary>
    public int Place(ReadOnlySpan<byte> key) => places.TryGetValue(key, out var place) ? place : -1;

    private sealed class SameBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly SameBytes Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }
    }
}
