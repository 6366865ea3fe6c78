using Microsoft.AspNetCore.Http;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hosted;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Storage;

namespace Personalization.Tests.Durable.Client;

/// <summary>The contract over the host's management API, and what only that can do wrong.</summary>
public sealed class HostedWorkflowsTests : WorkflowsContract, IAsyncLifetime
{
    private readonly ManualClock clock = new(new DateTimeOffset(2026, 11, 21, 8, 30, 0, TimeSpan.Zero));
    private readonly HttpClient http = new();
    private FakeHost host = null!;

    /// <summary>As it is within the call of a function that declared the client.</summary>
    internal override IWorkflows Workflows
    {
        get
        {
            DurableClient.OfCall = host.Client;
            return new HostedWorkflows(http);
        }
    }

    internal override Task Settle() => host.World.Settle();

    internal override void Pass(TimeSpan time) => clock.Advance(time);

    public async Task InitializeAsync() => host = await FakeHost.Start(Functions, clock);

    public async Task DisposeAsync()
    {
        http.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_function_that_did_not_declare_the_client_is_told_so()
    {
        var workflows = Workflows;
        DurableClient.OfCall = null;
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => workflows.Find("x", default).AsTask());
        Assert.Contains("must declare the durable client", e.Message, StringComparison.Ordinal);
    }

    public static TheoryData<int, string> Troubles => new() { { 500, "oops" }, { 401, "" }, { 503, "" }, { 200, "not json" }, { 200, "null" }, { 302, "" } };

    [Theory, MemberData(nameof(Troubles))]
    public async Task A_host_that_does_not_do_its_part_is_a_store_that_is_not_available(int status, string body)
    {
        host.Trouble = context => { context.Response.StatusCode = status; return context.Response.WriteAsync(body); };
        await Unavailable(() => Workflows.Find("x", default).AsTask());
        await Unavailable(() => Workflows.List([], null, 10, default).AsTask());
        if (status == 200) return;
        await Unavailable(() => Workflows.Start(Hub.World.Workflow("Waits", (_, s) => Task.FromResult(s)), "x", "", default).AsTask());
        await Unavailable(() => Workflows.Terminate("x", "", default).AsTask());
    }

    [Fact]
    public async Task A_host_that_is_gone_is_told_without_its_key()
    {
        var workflows = Workflows;
        DurableClient.OfCall = host.Client with { HttpBaseUrl = "http://127.0.0.1:1/x" };
        await Unavailable(() => workflows.Find("x", default).AsTask());
    }

    [Fact]
    public async Task Who_gives_up_waiting_is_not_told_that_the_host_is_gone()
    {
        host.Trouble = async context => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        using var stop = new CancellationTokenSource();
        var asking = Workflows.Find("x", stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
    }

    private static async Task Unavailable(Func<Task> call)
    {
        var e = await Assert.ThrowsAsync<StoreUnavailableException>(call);
        Assert.DoesNotContain("FAKE", e.ToString(), StringComparison.Ordinal);
    }
}
