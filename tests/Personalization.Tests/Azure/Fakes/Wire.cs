using System.Net;
using Azure.Core.Pipeline;

namespace Personalization.Tests.Azure.Fakes;

/// <summary>A service in memory: what would go over the network is answered by a function.</summary>
internal sealed class Wire(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : DelegatingHandler
{
    public HttpPipelineTransport Transport => new HttpClientTransport(this);

    /// <summary>Answers what it wants to and lets the rest through to the real thing behind it.</summary>
    public static Wire Before(Func<HttpRequestMessage, HttpResponseMessage?> answer)
    {
        Wire wire = null!;
        return wire = new((request, stop) => answer(request) is { } ready ? Task.FromResult(ready) : wire.Pass(request, stop));
    }

    public static HttpResponseMessage Say(HttpStatusCode status, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        foreach (var (name, value) in headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(request, cancellationToken);

    private Task<HttpResponseMessage> Pass(HttpRequestMessage request, CancellationToken stop) => base.SendAsync(request, stop);
}
