using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using Personalization.Audit;
using Personalization.Functions.Triggers;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Workflows;

/// <summary>
/// Tells whoever wants to know how a request stands: signed, without anything of the person, to listed hosts only. What a
/// host's name stands for is asked at the moment of the call and looked at before it is connected to, so a name that leads
/// into our own network leads nowhere. Redirects are not followed.
/// </summary>
internal sealed class StatusCallbacks(RequestBook book, Signer signer, PrivacyOptions options, HttpClient http, Meter meter)
{
    private const int MaxAnswer = 4096;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private readonly Counter<long> sent = meter.CreateCounter<long>("personalization.privacy.callbacks", description: "Attempts to tell somebody how a privacy request stands, by outcome");

    /// <summary>One that goes only where it may. It lives as long as the process.</summary>
    public static HttpClient Client(PrivacyOptions options) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = Within, PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxResponseHeadersLength = 16, ConnectCallback = (context, stop) => Connect(context, options, stop),
    })
    { Timeout = Within, MaxResponseContentBufferSize = MaxAnswer };

    /// <summary>Throws where it was not taken, so that it is tried again.</summary>
    public async ValueTask<bool> Send(Notice notice, CancellationToken stop)
    {
        // Whoever is not to be told any more is not.
        if (await book.Find(notice.Handle, stop) is not { } request || notice.Place >= request.Callbacks.Count) return false;
        var address = request.Callbacks[notice.Place];
        if (CallbackRules.Fault(address, options) is not null) return Count("refused", false);
        var status = OpenDsrFunctions.StatusOf(request, notice.Status, options) with { CallbackUrl = address, CallbackId = $"{notice.Handle}-{request.Retries}-{notice.Status}" };
        var body = JsonSerializer.SerializeToUtf8Bytes(status, Json.Default.DsrStatus);
        using var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        message.Headers.Add($"X-{OpenDsrFunctions.NameOf(request.OldWay)}-Processor-Domain", options.ProcessorDomain);
        message.Headers.Add($"X-{OpenDsrFunctions.NameOf(request.OldWay)}-Signature", await signer.Sign(body, stop));
        try
        {
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, stop);
            if (answer.IsSuccessStatusCode) return Count("delivered", true);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !stop.IsCancellationRequested) { }
        Count("failed", false);
        // Without what it was: an address may hold a secret.
        throw new IOException("Somebody who wants to be told of a privacy request did not take it.");
    }

    private bool Count(string outcome, bool delivered)
    {
        sent.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        return delivered;
    }

    private static async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, PrivacyOptions options, CancellationToken stop)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, stop);
        if (!options.CallbackPrivate) addresses = [.. addresses.Where(CallbackRules.IsPublic)];
        if (addresses.Length == 0) throw new IOException("The host leads nowhere outside.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // To what was looked at, and not to the name once more.
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
