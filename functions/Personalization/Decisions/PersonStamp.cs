using Personalization.Storage;

namespace Personalization.Decisions;

/// <summary>One number for all that was read of a person, made of the documents' etags.</summary>
internal static class PersonStamp
{
    /// <summary>An odd number whose bits are spread: the order of the documents counts.</summary>
    private const ulong Mixing = 0x9E3779B97F4A7C15;

    private static readonly KeyedHash Texts = new(0x7374616d70, 0x65746167);

    /// <summary>0 where one of them could not be read.</summary>
    public static ulong Of(in Outcome<Document> profile, in Outcome<Document> vault, in Outcome<Document> whole, IReadOnlyList<MemberRead>? others = null)
    {
        var (stamp, read) = (1UL, true);
        Add(profile, ref stamp, ref read);
        Add(vault, ref stamp, ref read);
        Add(whole, ref stamp, ref read);
        for (var i = 0; i < (others?.Count ?? 0); i++)
        {
            Add(others![i].Profile, ref stamp, ref read);
            Add(others[i].Vault, ref stamp, ref read);
        }

        return read ? stamp | 1 : 0;
    }

    private static void Add(in Outcome<Document> found, ref ulong stamp, ref bool read)
    {
        read &= found.Ok || found.Status == Status.NotFound;
        var etag = found.Ok ? found.Value.Etag : default;
        stamp = (System.Numerics.BitOperations.RotateLeft(stamp, 11) ^ etag.Number ^ (etag.Text is { } text ? Texts.Of(System.Runtime.InteropServices.MemoryMarshal.AsBytes(text.AsSpan())) : 0)) * Mixing;
    }
}
