using System.Buffers;
using System.Text;

namespace Personalization.Consent.Signals;

/// <summary>Consent strings that arrive as text. None says nothing; an empty one cannot be read, which says no.</summary>
public static class SignalText
{
    /// <summary>Longer ones are not read.</summary>
    public const int MaxLength = TcString.MaxLength;

    public static Vote Tcf(string? text, TcfOptions tcf, DateTimeOffset now) =>
        text is null ? Vote.Silent : Read(text, (tcf, now), static (bytes, a) => TcfSignal.Read(bytes, a.tcf, a.now));

    public static Vote Gpp(string? text, TcfOptions tcf, DateTimeOffset now) =>
        text is null ? Vote.Silent : Read(text, (tcf, now), static (bytes, a) => GppSignal.Read(bytes, a.tcf, a.now));

    private static Vote Read<T>(string text, T state, Func<ReadOnlySpan<byte>, T, Vote> read)
    {
        if (text.Length > MaxLength) return read(default, state);
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try { return read(bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes)), state); }
        finally { ArrayPool<byte>.Shared.Return(bytes); }
    }
}
