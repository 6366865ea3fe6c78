using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>Keys to look for among records as they lie in a file. Asked for every record there is, so it makes no text of any.</summary>
internal sealed class RecordKeys
{
    private readonly HashSet<byte[]>.AlternateLookup<ReadOnlySpan<byte>> keys;

    public RecordKeys(IEnumerable<string> keys) => this.keys = keys.Select(Encoding.UTF8.GetBytes).ToHashSet(SameBytes.Instance).GetAlternateLookup<ReadOnlySpan<byte>>();

    public bool Contain(ReadOnlySpan<byte> key) => keys.Contains(key);

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
