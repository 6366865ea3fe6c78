using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Storage;

namespace Personalization.Tests.Hosting.Envelopes;

/// <summary>A failed invocation must look failed to the host, or it would not come again.</summary>
public sealed class FailuresTests
{
    [Fact]
    public async Task A_store_that_is_down_fails_the_invocation_and_names_itself_in_the_reason()
    {
        await using var server = await Failing(new StoreUnavailableException("profiles", Status.Unavailable));
        var response = await Deliver(server);
        Assert.Equal(503, (int)response.StatusCode);
        Assert.Contains("profiles", response.ReasonPhrase, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unexpected_failure_is_a_500_that_repeats_nothing_of_the_event()
    {
        await using var server = await Failing(new InvalidOperationException("could not read PLANTED-PAYLOAD"));
        var response = await Deliver(server);
        Assert.Equal(500, (int)response.StatusCode);
        Assert.DoesNotContain("PLANTED", response.ReasonPhrase + await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_logged_by_its_type_and_place_and_never_by_its_message()
    {
        var written = new StringWriter();
        var output = Console.Out;
        Console.SetOut(TextWriter.Synchronized(written));
        try
        {
            await using var server = await Failing(new InvalidOperationException("could not read PLANTED-PAYLOAD"));
            await Deliver(server);
        }
        finally { Console.SetOut(output); }

        Assert.Contains("IngestStrings failed: InvalidOperationException", written.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("PLANTED", written.ToString(), StringComparison.Ordinal);
    }

    private static Task<RunningServer> Failing(Exception failure) =>
        RunningServer.UnderTheHost(new([new Function("IngestStrings", new Trigger.Events(StreamedEvent.Hub, (_, _) => throw failure))]));

    private static Task<HttpResponseMessage> Deliver(RunningServer server) =>
        server.Http.SendAsync(Vector.Request(Vector.Load("envelopes", "e04-eventhub-batch-string")["request"]));
}
