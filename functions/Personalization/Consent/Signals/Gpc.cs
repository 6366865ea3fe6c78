namespace Personalization.Consent.Signals;

/// <summary>
/// Global Privacy Control: the browser says "do not sell or share". It withdraws and never grants, and only the value
/// <c>1</c> says it; of several headers one is enough.
/// </summary>
public static class Gpc
{
    public const string Header = "Sec-GPC";

    public static readonly Vote Withdrawn = Vote.No(Purposes.ThirdParty | Purposes.CrossDevice);

    public static Vote Read(ReadOnlySpan<byte> value) => value.SequenceEqual("1"u8) ? Withdrawn : Vote.Silent;

    /// <summary>One value of a header as the server hands it out; add up the votes of all.</summary>
    public static Vote Read(ReadOnlySpan<char> value) => value is "1" ? Withdrawn : Vote.Silent;
}
