using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Personalization.Functions.Azure;

/// <summary>
/// Signs Event Hubs calls with a policy's key: <c>HMAC-SHA-256(key, escaped address ‖ newline ‖ expiry in Unix seconds)</c>,
/// as in "Generate SAS token" of the Event Hubs REST documentation. A token lives an hour and is made anew well before.
/// </summary>
internal sealed class SharedAccessSignature(Uri address, string keyName, string key, TimeProvider clock) : HttpPipelineSynchronousPolicy
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private static readonly TimeSpan Spare = TimeSpan.FromMinutes(5);
    private volatile Token? current;

    public override void OnSendingRequest(HttpMessage message)
    {
        var now = clock.GetUtcNow();
        var token = current;
        if (token is null || token.Expires - Spare <= now)
        {
            var expires = now + Life;
            current = token = new(Make(address, keyName, key, expires), expires);
        }
        message.Request.Headers.SetValue("Authorization", token.Text);
    }

    /// <summary>A token that the service refuses is not offered again.</summary>
    public override void OnReceivedResponse(HttpMessage message)
    {
        if (message.Response.Status == 401) current = null;
    }

    internal static string Make(Uri address, string keyName, string key, DateTimeOffset expires)
    {
        var resource = Uri.EscapeDataString(address.AbsoluteUri.ToLowerInvariant());
        var until = expires.ToUnixTimeSeconds();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{resource}\n{until}")));
        return $"SharedAccessSignature sr={resource}&sig={Uri.EscapeDataString(signature)}&se={until}&skn={keyName}";
    }

    private sealed record Token(string Text, DateTimeOffset Expires);
}
