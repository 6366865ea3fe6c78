using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Personalization.Functions.Durable;

/// <summary>Ids of instances as both the host and the embedded hub take them.</summary>
internal static class InstanceId
{
    private const int Longest = 100;
    private const int LongestReason = 500;

    /// <summary>Another attempt under an id has its own; of one too long to be added to, its digest stands in.</summary>
    public static string OfAttempt(string id, int attempt)
    {
        if (attempt == 1) return id;
        var another = string.Create(CultureInfo.InvariantCulture, $"{id}-{attempt}");
        return another.Length <= Longest ? another : string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)))}-{attempt}");
    }

    /// <summary>Why staff end or suspend an instance is kept in its document and travels in an address: as much of it as both take.</summary>
    public static string Reason(string reason) => reason.Length <= LongestReason ? reason : reason[..(char.IsHighSurrogate(reason[LongestReason - 1]) ? LongestReason - 1 : LongestReason)];

    public static void Require(string id)
    {
        if (id.Length is 0 or > Longest || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException($"The id of an instance is 1 to {Longest} letters, digits, - and _.", nameof(id));
    }
}
