using System.Net;
using System.Net.Sockets;

namespace Personalization.Privacy.Requests;

/// <summary>
/// To which addresses anything is ever sent. Whoever may send requests must not be able to make us call our own network:
/// hosts are listed by name, and what a name stands for is looked at again at the moment of the call.
/// </summary>
public static class CallbackRules
{
    public const int Most = 5;
    public const int MaxLength = 1024;

    /// <summary>What is wrong with an address that is to be told; null when nothing is.</summary>
    public static string? Fault(string? address, PrivacyOptions options)
    {
        if (address is not { Length: > 0 and <= MaxLength } || !Uri.TryCreate(address, UriKind.Absolute, out var uri)) return $"must be an address of at most {MaxLength} characters";
        if (uri.Scheme != Uri.UriSchemeHttps && !(options.CallbackPrivate && uri.Scheme == Uri.UriSchemeHttp)) return "must begin with https://";
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0) return "must not hold a user name or a fragment";
        return options.CallbackHosts.Any(h => h.Equals(uri.IdnHost, StringComparison.OrdinalIgnoreCase)) ? null : "is at a host that is not to be called; an operator lists those in Privacy__CallbackHosts";
    }

    /// <summary>Whether an address is somewhere outside, and not this machine, this network or a cloud's own services.</summary>
    public static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var b = address.GetAddressBytes();
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !(b[0] is 0 or 10 or 127 or >= 224 || (b[0] == 100 && (b[1] & 0xC0) == 64) || (b[0] == 169 && b[1] == 254) || (b[0] == 172 && (b[1] & 0xF0) == 16)
                || (b[0] == 192 && b[1] == 168) || (b[0] == 192 && b[1] == 0 && (b[2] is 0 or 2)) || (b[0] == 198 && (b[1] is 18 or 19)) || (b[0] == 198 && b[1] == 51 && b[2] == 100)
                || (b[0] == 203 && b[1] == 0 && b[2] == 113) || (b[0] == 168 && b[1] == 63 && b[2] == 129 && b[3] == 16));
        }

        // Global unicast is 2000::/3; of it, what stands for an IPv4 address (6to4, Teredo) or for nothing is left out, too.
        return address.AddressFamily == AddressFamily.InterNetworkV6 && (b[0] & 0xE0) == 0x20
            && !(b[0] == 0x20 && b[1] == 0x02) && !(b[0] == 0x20 && b[1] == 0x01 && (b[2] == 0 || (b[2] == 0x0D && b[3] == 0xB8)));
    }
}
