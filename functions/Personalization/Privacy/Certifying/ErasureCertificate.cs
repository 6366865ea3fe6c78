using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Personalization.Audit;

namespace Personalization.Privacy.Certifying;

/// <summary>
/// What a person holds in the end: what was found and deleted where and when, signed, with the proof that the audit log was told
/// of just this. It can be checked with nothing but the file. docs/privacy.md says how, also by hand.
/// </summary>
/// <param name="Certificate">What kind of file this is.</param>
/// <param name="Facts">What it says.</param>
/// <param name="Training">What holds for models trained from now on.</param>
/// <param name="Issued">When it was signed.</param>
/// <param name="Key">What it is signed with; one of the audit log's keys.</param>
/// <param name="Signed">The text that is signed, which says all of the above once more.</param>
/// <param name="Signature">ECDSA over P-256 and SHA-256 of that text, in DER and base64.</param>
public sealed record ErasureCertificate(
    string Certificate, CertificateFacts Facts, string Training, DateTimeOffset Issued, PublishedKey Key, string Signed, string Signature)
{
    public const string ThisKind = "personalization-erasure-certificate/1";

    /// <summary>Every training reads the stores anew, and this person is not in them.</summary>
    public const string Retrained = "Models trained after this erasure are trained without this person.";

    /// <summary>The audit log's entry with the SHA-256 of the signed text, in its canonical bytes and base64.</summary>
    public string? Entry { get; init; }

    /// <summary>That the entry is in the log, and who signed for that.</summary>
    public InclusionProof? Proof { get; init; }

    /// <exception cref="ArgumentException">A text in the facts could be taken for something else, or could hold a name.</exception>
    public static ErasureCertificate Sign(CertificateFacts facts, DateTimeOffset now, PublishedKey key, ECDsa signer)
    {
        var unsigned = new ErasureCertificate(ThisKind, Rounded(facts), Retrained, Rounded(now), key, "", "");
        if (unsigned.Words().FirstOrDefault(w => !IsWord(w)) is { } odd) throw new ArgumentException($"A text of {odd.Length} characters in a certificate is not one word of letters, digits and .:_- alone.", nameof(facts));
        var text = unsigned.Text();
        return unsigned with
        {
            Signed = text,
            Signature = Convert.ToBase64String(signer.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        };
    }

    /// <summary>A line for each part, each ended by a line feed, words apart by a space.</summary>
    public string Text()
    {
        var lines = new List<string>
        {
            Certificate, $"request {Facts.Request}", $"type {Facts.Type}", $"started {Time(Facts.Started)}", $"finished {Time(Facts.Finished)}", $"deadline {Time(Facts.Deadline)}",
            string.Create(CultureInfo.InvariantCulture, $"members {Facts.Members}"),
        };
        lines.AddRange(Facts.Stores.Select(s => string.Create(CultureInfo.InvariantCulture, $"store {s.Store} {s.Kind} {s.How} {s.Found} {s.Deleted} {Time(s.At)}")));
        lines.AddRange(Facts.Models.Select(m => $"model {m.Model} {m.Version} {Time(m.ExcludedBy)}"));
        lines.AddRange([$"training {Time(Facts.ExcludedBy)} {Training}", $"issued {Time(Issued)}", $"key {Key.Id} {Key.Validity} {Key.Key}"]);
        return string.Join('\n', lines) + "\n";
    }

    /// <summary>By which the audit log knows it.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Signed)));

    /// <summary>The file as it is handed out. Whoever checks it wants these bytes and no others.</summary>
    public byte[] File() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.ErasureCertificate);

    private IEnumerable<string> Words() =>
        [Facts.Request, Facts.Type, .. Facts.Stores.SelectMany(s => new[] { s.Store, s.Kind, s.How }), .. Facts.Models.SelectMany(m => new[] { m.Model, m.Version })];

    private static bool IsWord(string text) => text.Length is > 0 and <= 128 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or ':' or '_' or '-');

    private static CertificateFacts Rounded(CertificateFacts facts) => facts with
    {
        Started = Rounded(facts.Started), Finished = Rounded(facts.Finished), Deadline = Rounded(facts.Deadline), ExcludedBy = Rounded(facts.ExcludedBy),
        Stores = [.. facts.Stores.Select(s => s with { At = Rounded(s.At) })],
        Models = [.. facts.Models.Select(m => m with { ExcludedBy = Rounded(m.ExcludedBy) })],
    };

    private static DateTimeOffset Rounded(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
