using System.Security.Cryptography;
using System.Text;
using Personalization.Identity;

namespace Personalization.Privacy.Requests;

/// <summary>A request as it comes in, understood: who it is about is still told by identifiers, which go no further than the desk.</summary>
/// <param name="Id">Its name; the sender's or one of ours.</param>
/// <param name="Type">What is asked for.</param>
/// <param name="Regulation">Under which law.</param>
/// <param name="People">Who it is about, each without fault.</param>
/// <param name="Callbacks">Whom to tell how it stands.</param>
/// <param name="SubmittedAt">When the person asked, where that was earlier than now.</param>
/// <param name="Vouched">Whether whoever sent it has made sure that it is them.</param>
public sealed record RequestAsk(
    string Id, RequestType Type, Regulation Regulation, IReadOnlyList<Shown> People, IReadOnlyList<string> Callbacks, DateTimeOffset? SubmittedAt, bool Vouched)
{
    public const int MaxId = 64;

    /// <summary>Whether it came in the form before OpenDSR, in which it is answered.</summary>
    public bool OldWay { get; init; }

    /// <summary>Of one person; more is a list of people.</summary>
    public const int MaxPeople = 16;

    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(RequestAsk);

    public static bool IsId(string id) => id.Length is >= 1 and <= MaxId && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    /// <summary>A name for a request that came without one: a UUID, version 4.</summary>
    public static string NewId()
    {
        var bytes = RandomNumberGenerator.GetBytes(16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>What is asked for, as a number that is the same when it is asked again; without the salt nobody can guess it back.</summary>
    public string Meaning(Epoch epoch)
    {
        var text = string.Join('\n', [RequestWords.Of(Type), RequestWords.Of(Regulation), .. People.Select(p => epoch.AliasOf(p.Id!)).Order(StringComparer.Ordinal), "", .. Callbacks]);
        return Convert.ToHexStringLower(HMACSHA256.HashData(epoch.Derive("request"u8), Encoding.UTF8.GetBytes(text)));
    }
}
