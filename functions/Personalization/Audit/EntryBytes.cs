using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Personalization.Audit;

/// <summary>
/// The canonical bytes of an entry, over which its hash is taken; docs/audit.md has them for who checks by hand. One entry
/// has one form: numbers are big-endian, names ascend by their UTF-8 bytes, and bytes that are no such form are no entry.
/// </summary>
public static class EntryBytes
{
    private const byte Version = 1;
    private const int MaxText = ushort.MaxValue;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="entry">What to write; its sealed part is made over all bytes before it.</param>
    /// <param name="personal">The personal part in clear, under this key; null where there is none.</param>
    public static byte[] Write(AuditEntry entry, (PersonalKey Key, IReadOnlyDictionary<string, string> Texts)? personal)
    {
        var to = new ArrayBufferWriter<byte>(256);
        to.Write([Version]);
        BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(8), entry.At.ToUnixTimeMilliseconds());
        to.Advance(8);
        Short(to, Encoding.ASCII.GetBytes(entry.Type));
        to.Write(entry.Salt.Span);
        Short(to, entry.Tag.Span);
        Texts(to, entry.Open);
        var sealedPart = personal is var (key, texts) ? key.Seal(Texts(texts), to.WrittenSpan) : [];
        Long(to, sealedPart);
        if (to.WrittenCount > AuditEntry.MaxBytes) throw new ArgumentException($"An audit entry has at most {AuditEntry.MaxBytes} bytes.", nameof(entry));
        return to.WrittenSpan.ToArray();
    }

    /// <summary>The entry in these bytes; null where they are none.</summary>
    public static AuditEntry? Read(ReadOnlyMemory<byte> bytes)
    {
        var from = new Reader(bytes);
        try
        {
            if (from.Take(1).Span[0] != Version) return null;
            var at = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(from.Take(8).Span));
            var type = Ascii(from.Short());
            var (salt, tag) = (from.Take(AuditEntry.SaltBytes), from.Short());
            if (type.Length == 0 || tag.Length is not (0 or PersonalKey.TagBytes) || from.Texts() is not { } open) return null;
            var sealedPart = from.Long();
            return from.Done ? new(at, type, salt, tag, open, sealedPart) : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException) { return null; }
    }

    /// <summary>The personal part of an entry; null where there is none, or where the key is not the one it was sealed with.</summary>
    public static IReadOnlyDictionary<string, string>? Personal(ReadOnlyMemory<byte> bytes, AuditEntry entry, PersonalKey key)
    {
        if (entry.Sealed.IsEmpty || !key.Tag.Span.SequenceEqual(entry.Tag.Span)) return null;
        var before = bytes.Span[..^(entry.Sealed.Length + sizeof(ushort))];
        return key.Open(entry.Sealed.Span, before) is { } clear ? new Reader(clear).Texts() : null;
    }

    private static byte[] Texts(IReadOnlyDictionary<string, string> texts)
    {
        var to = new ArrayBufferWriter<byte>(256);
        Texts(to, texts);
        return to.WrittenSpan.ToArray();
    }

    private static void Texts(ArrayBufferWriter<byte> to, IReadOnlyDictionary<string, string> texts)
    {
        if (texts.Count > byte.MaxValue) throw new ArgumentException("An audit entry has at most 255 texts in each part.", nameof(texts));
        to.Write([(byte)texts.Count]);
        foreach (var (name, value) in texts.Select(t => (Name: Strict.GetBytes(t.Key), Value: Strict.GetBytes(t.Value))).OrderBy(t => t.Name, Utf8Order.Instance))
        {
            Short(to, name);
            Long(to, value);
        }
    }

    private static void Short(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > byte.MaxValue) throw new ArgumentException("A name in an audit entry has at most 255 bytes.", nameof(bytes));
        to.Write([(byte)bytes.Length]);
        to.Write(bytes);
    }

    private static void Long(ArrayBufferWriter<byte> to, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxText) throw new ArgumentException($"A text in an audit entry has at most {MaxText} bytes.", nameof(bytes));
        BinaryPrimitives.WriteUInt16BigEndian(to.GetSpan(sizeof(ushort)), (ushort)bytes.Length);
        to.Advance(sizeof(ushort));
        to.Write(bytes);
    }

    private static string Ascii(ReadOnlyMemory<byte> bytes) =>
        Ascii7(bytes.Span) ? Encoding.ASCII.GetString(bytes.Span) : throw new FormatException("A type is ASCII.");

    private static bool Ascii7(ReadOnlySpan<byte> bytes) => System.Text.Ascii.IsValid(bytes);

    private sealed class Utf8Order : IComparer<byte[]>
    {
        public static readonly Utf8Order Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }

    /// <summary>Throws <see cref="ArgumentException"/> past the end and for text that is no UTF-8.</summary>
    private ref struct Reader(ReadOnlyMemory<byte> left)
    {
        private ReadOnlyMemory<byte> left = left;

        public readonly bool Done => left.IsEmpty;

        public ReadOnlyMemory<byte> Take(int count)
        {
            var taken = left[..count];
            left = left[count..];
            return taken;
        }

        public ReadOnlyMemory<byte> Short() => Take(Take(1).Span[0]);

        public ReadOnlyMemory<byte> Long() => Take(BinaryPrimitives.ReadUInt16BigEndian(Take(sizeof(ushort)).Span));

        /// <summary>Null where names do not ascend.</summary>
        public Dictionary<string, string>? Texts()
        {
            var count = Take(1).Span[0];
            var texts = new Dictionary<string, string>(count, StringComparer.Ordinal);
            var before = ReadOnlyMemory<byte>.Empty;
            for (var i = 0; i < count; i++)
            {
                var name = Short();
                if (i > 0 && name.Span.SequenceCompareTo(before.Span) <= 0) return null;
                texts.Add(Strict.GetString(name.Span), Strict.GetString(Long().Span));
                before = name;
            }

            return texts;
        }
    }
}
