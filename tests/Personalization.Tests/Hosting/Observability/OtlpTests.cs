using System.Net;
using System.Text;

namespace Personalization.Tests.Hosting.Observability;

/// <summary>With an endpoint configured, traces, metrics and logs are sent, and none of them holds anything of a caller.</summary>
public sealed class OtlpTests : IDisposable
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private readonly Collector collector = new();

    [Fact]
    public async Task Sends_all_three_kinds_under_the_callers_trace_and_without_a_callers_data()
    {
        await using (var server = await RunningServer.Exporting(collector.Endpoint, ("Telemetry__TraceRatio", "0")))
        {
            var request = new HttpRequestMessage(HttpMethod.Post, "/events?q=PLANTED-query")
            {
                Content = new StringContent("""{"id":"PLANTED-id","type":"view","visitor":"PLANTED-visitor","item":"PLANTED-item","consent":{"personalization":true}}""", Encoding.UTF8, "application/json"),
            };
            // The caller's decision to sample counts, whatever our own ratio is.
            request.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
            Assert.Equal(HttpStatusCode.Accepted, (await server.Http.SendAsync(request)).StatusCode);
            server.LogSomething();
            await server.Stop();
        }

        var traces = collector.All("/v1/traces");
        Assert.True(traces.AsSpan().IndexOf(Convert.FromHexString(Trace)) >= 0, "the caller's trace id is not in what was sent");
        Assert.True(traces.AsSpan().IndexOf("CollectEvents"u8) >= 0);
        Assert.True(collector.All("/v1/metrics").AsSpan().IndexOf("personalization.function.duration"u8) >= 0);
        Assert.True(collector.All("/v1/metrics").AsSpan().IndexOf("personalization.stream.lag"u8) >= 0);
        Assert.True(collector.All("/v1/metrics").AsSpan().IndexOf("personalization.function.active"u8) >= 0);
        Assert.NotEmpty(collector.All("/v1/logs"));
        Assert.All(collector.Kinds, kind => Assert.True(collector.All(kind).AsSpan().IndexOf("PLANTED"u8) < 0, $"{kind} holds what a caller sent"));
    }

    public void Dispose() => collector.Dispose();
}
