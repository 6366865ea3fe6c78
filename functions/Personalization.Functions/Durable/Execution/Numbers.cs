using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Personalization.Functions.Durable.Execution;

/// <summary>
/// Numbers that nobody else has and that are the same at every replay: UUIDs of version 5 (RFC 9562) over the instance, the
/// time of the turn and a counter, in the namespace of the .NET engine.
/// </summary>
internal sealed class Numbers(string instance)
{
    private static readonly byte[] Namespace = new Guid("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);
    private int count;

    public Guid Next(DateTimeOffset now)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{instance}_{now.UtcDateTime:O}_{count++}");
#pragma warning disable CA5350 // What version 5 is made with; nothing is protected by it.
        var hash = SHA1.HashData([.. Namespace, .. Encoding.UTF8.GetBytes(name)]);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new(hash.AsSpan(0, 16), bigEndian: true);
    }
}
