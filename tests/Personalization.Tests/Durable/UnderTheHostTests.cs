using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Execution;
using Personalization.Functions.Durable.Hosted;
using Personalization.Functions.Durable.Protocol;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Tests.Durable.Client;
using Personalization.Tests.Durable.Hub;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Durable;

/// <summary>Workflows through the server, called as the Functions host calls it.</summary>
public sealed class UnderTheHostTests : IAsyncLifetime
{
    private static readonly Workflow<string, string> Greets = World.Workflow("Greets", async (run, s) => "hello " + await run.Wait(new Signal<string>("Go", Shapes.Default.String)));
    private readonly HttpClient http = new();
    private RunningServer server = null!;
    private FakeHost host = null!;

    public async Task InitializeAsync()
    {
        host = await FakeHost.Start([Greets.Function()], new ManualClock());
        var workflows = new HostedWorkflows(http);
        async ValueTask<string?> Start(string? id, CancellationToken stop) => $"{await workflows.Start(Greets, JsonElement.Parse(id!).GetString()!, "", stop)}".ToLowerInvariant();
        server = await RunningServer.UnderTheHost(new(
        [
            Greets.Function(),
            new("StartsFromActivity", new Trigger.Activity(Start, DurableClient: true)),
            new("ForgetsToDeclare", new Trigger.Activity(Start)),
            new("StartsFromTimer", new Trigger.Timer("0 0 3 * * *", async (_, stop) => await Start("\"from-timer\"", stop), DurableClient: true)),
            new("StartsFromHttp", new Trigger.Http(["POST"], "starts", Roles.Anyone, async context => Results.Text($"{await workflows.Start(Greets, "from-http", "", context.RequestAborted)}"), DurableClient: true)),
        ]));
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await host.DisposeAsync();
        http.Dispose();
    }

    [Fact]
    public async Task An_activity_with_a_client_reaches_the_workflows_of_its_host()
    {
        var (status, answer) = await Post("StartsFromActivity", new() { ["input"] = "\"\\\"from-activity\\\"\"", ["client"] = Client() });
        Assert.Equal((HttpStatusCode.OK, true), (status, answer.GetProperty("ReturnValue").GetBoolean()));
        Assert.Equal("Pending", (await host.World.Standing("from-activity")));
    }

    [Fact]
    public async Task A_timer_with_a_client_reaches_them_too()
    {
        var (status, _) = await Post("StartsFromTimer", new() { ["timer"] = new JsonObject { ["IsPastDue"] = false, ["ScheduleStatus"] = null }, ["client"] = Client() });
        Assert.Equal((HttpStatusCode.OK, "Pending"), (status, await host.World.Standing("from-timer")));
    }

    [Fact]
    public async Task A_call_with_a_client_reaches_them_too()
    {
        var request = new JsonObject { ["Url"] = "http://shop.example/starts", ["Method"] = "POST", ["Headers"] = new JsonObject(), ["Params"] = new JsonObject() };
        var (status, _) = await Post("StartsFromHttp", new() { ["req"] = request, ["client"] = Client() });
        Assert.Equal((HttpStatusCode.OK, "Pending"), (status, await host.World.Standing("from-http")));
    }

    [Fact]
    public async Task The_client_of_one_call_is_not_that_of_another()
    {
        await Post("StartsFromActivity", new() { ["input"] = "\"\\\"one\\\"\"", ["client"] = Client() });
        var (status, _) = await Post("ForgetsToDeclare", new() { ["input"] = "\"\\\"two\\\"\"" });
        Assert.Equal((HttpStatusCode.InternalServerError, "none"), (status, await host.World.Standing("two")));
    }

    [Fact]
    public async Task A_turn_is_answered_with_what_the_program_asks_for()
    {
        var (status, answer) = await Post("Greets", new() { ["context"] = Turn(VersionedInput.Write(1, "\"x\"")) });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(answer.GetProperty("ReturnValue").GetString()!)).Actions);
    }

    [Fact]
    public async Task A_version_this_build_does_not_have_fails_the_call_and_not_the_instance()
    {
        // Any 200 would end the instance or lose the turn; a failed call is repeated by the host until another build takes it.
        var (status, _) = await Post("Greets", new() { ["context"] = Turn(VersionedInput.Write(2, "\"x\"")) });
        Assert.Equal(HttpStatusCode.InternalServerError, status);
        var (ended, answer) = await Post("Greets", new() { ["context"] = Turn(VersionedInput.Write(2, "\"x\""), new HistoryEvent { ExecutionTerminated = new() { Reason = "enough" } }) });
        Assert.Equal((HttpStatusCode.OK, OrchestrationStatus.Terminated), (ended, OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(answer.GetProperty("ReturnValue").GetString()!)).Actions[0].CompleteOrchestration.Status));
    }

    [Theory]
    [InlineData(null), InlineData("null"), InlineData("7"), InlineData("{}"), InlineData("{\"v\":0,\"in\":\"x\"}"), InlineData("{\"v\":1,\"in\":7}"), InlineData("{\"v\":\"1\",\"in\":\"x\"}"), InlineData("broken")]
    public async Task An_input_that_nobody_of_us_wrote_fails_the_instance_without_being_repeated(string? input)
    {
        var (status, answer) = await Post("Greets", new() { ["context"] = Turn(input) });
        Assert.Equal(HttpStatusCode.OK, status);
        var end = OrchestratorResponse.Parser.ParseFrom(ByteString.FromBase64(answer.GetProperty("ReturnValue").GetString()!)).Actions[0].CompleteOrchestration;
        Assert.Equal((OrchestrationStatus.Failed, "The input is not one of this workflow."), (end.Status, end.Result));
    }

    private string Client() => JsonSerializer.Serialize(JsonSerializer.Serialize(host.Client, Functions.Json.Default.DurableClient));

    private static string Turn(string? input, params HistoryEvent[] more)
    {
        var request = new OrchestratorRequest { InstanceId = "i", NewEvents = { new HistoryEvent { OrchestratorStarted = new(), Timestamp = new() }, new HistoryEvent { ExecutionStarted = new() { Name = "Greets", Input = input } }, more } };
        return JsonSerializer.Serialize(request.ToByteString().ToBase64());
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer)> Post(string function, JsonObject data)
    {
        using var content = new StringContent(new JsonObject { ["Data"] = data, ["Metadata"] = new JsonObject() }.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await server.Http.PostAsync($"/{function}", content);
        return (answer.StatusCode, JsonElement.Parse(await answer.Content.ReadAsStringAsync()));
    }
}
