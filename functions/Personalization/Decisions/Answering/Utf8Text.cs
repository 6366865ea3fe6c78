using System.Buffers.Text;

namespace Personalization.Decisions.Answering;

/// <summary>Text or bytes in the making, in room that is used again.</summary>
public sealed class Utf8Text(int room = 4096)
{
    private const long Million = 1_000_000;

    private byte[] bytes = new byte[room];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, Length);

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Next(text.Length));
        Length += text.Length;
    }

    /// <summary>Characters that are the same in JSON: names of our own.</summary>
    public void Add(string ascii)
    {
        System.Text.Encoding.ASCII.GetBytes(ascii, Next(ascii.Length));
        Length += ascii.Length;
    }

    public void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Next(20), out var n);
        Length += n;
    }

    public void Add(bool flag) => Add(flag ? "true"u8 : "false"u8);

    /// <summary>To six places, and no more than are needed: how exact a score is does not help anybody who reads it.</summary>
    public void Add(double number)
    {
        if (!(Math.Abs(number) < 1e12))
        {
            Add("0"u8);
            return;
        }

        var millionths = (long)Math.Round(number * Million);
        if (millionths < 0) Add("-"u8);
        var whole = Math.Abs(millionths) / Million;
        if (whole < 10)
        {
            Next(1)[0] = (byte)('0' + whole);
            Length++;
        }
        else Add(whole);
        var part = (uint)(Math.Abs(millionths) - (whole * Million));
        if (part == 0) return;
        var into = Next(7);
        into[0] = (byte)'.';
        var digits = 6;
        for (; part % 10 == 0; digits--) part /= 10;
        for (var i = digits; i > 0; i--, part /= 10) into[i] = (byte)('0' + (part % 10));
        Length += digits + 1;
    }

    /// <summary>Makes room for so many bytes more and gives it; <see cref="Length"/> is the caller's to move by <see cref="Advance"/>.</summary>
    public Span<byte> Next(int count)
    {
        if (bytes.Length - Length < count) Array.Resize(ref bytes, Math.Max(2 * bytes.Length, Length + count));
        return bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;
}
