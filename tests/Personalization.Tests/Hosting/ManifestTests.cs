using System.Text.Json;
using Personalization.Events;
using Personalization.Functions.Hosting;

namespace Personalization.Tests.Hosting;

/// <summary>The function.json that is written says to the host what the table says to us.</summary>
public sealed class ManifestTests
{
    [Fact]
    public void A_stream_consumer_asks_for_text_and_for_endless_retries()
    {
        // Without dataType one event that is not JSON fails its batch; without retry a failed batch is gone.
        var json = Json(new("Consume", new Trigger.Events(StreamedEvent.Hub, (_, _) => default)));
        Assert.Equal("string", json.GetProperty("bindings")[0].GetProperty("dataType").GetString());
        Assert.Equal("many", json.GetProperty("bindings")[0].GetProperty("cardinality").GetString());
        Assert.Equal(("exponentialBackoff", -1), (json.GetProperty("retry").GetProperty("strategy").GetString(), json.GetProperty("retry").GetProperty("maxRetryCount").GetInt32()));
    }

    [Theory]
    [InlineData(Roles.Anyone, "anonymous"), InlineData(Roles.Frontend, "anonymous"), InlineData(Roles.Compliance, "function"), InlineData(Roles.Operator | Roles.Marketer, "function")]
    public void Staff_functions_carry_the_hosts_key_as_a_second_lock(Roles roles, string level) =>
        Assert.Equal(level, Json(new("Call", new Trigger.Http("POST", "call/it", roles, null!))).GetProperty("bindings")[0].GetProperty("authLevel").GetString());

    [Fact]
    public void A_function_with_a_durable_client_has_two_inputs_and_so_gets_an_envelope()
    {
        var bindings = Json(new("Start", new Trigger.Http(["POST"], "start/it", Roles.Anyone, null!, DurableClient: true))).GetProperty("bindings");
        Assert.Equal(["httpTrigger", "durableClient", "http"], bindings.EnumerateArray().Select(b => b.GetProperty("type").GetString()));
    }

    [Fact]
    public void Timers_and_activities_may_have_a_durable_client_too()
    {
        IEnumerable<string?> Types(Trigger trigger) => Json(new("Call", trigger)).GetProperty("bindings").EnumerateArray().Select(b => b.GetProperty("type").GetString());
        Assert.Equal(["timerTrigger", "durableClient"], Types(new Trigger.Timer("0 0 3 * * *", (_, _) => default, DurableClient: true)));
        Assert.Equal(["activityTrigger", "durableClient"], Types(new Trigger.Activity((i, _) => new(i), DurableClient: true)));
        Assert.Equal(["activityTrigger"], Types(new Trigger.Activity((i, _) => new(i))));
    }

    [Fact]
    public void A_turn_that_only_another_build_can_take_is_tried_until_that_is_there() =>
        Assert.Equal(-1, Json(new("Erase", new Trigger.Orchestration((r, _) => new(r)))).GetProperty("retry").GetProperty("maxRetryCount").GetInt32());

    [Fact]
    public void An_orchestration_declares_no_output()
    {
        var bindings = Json(new("Erase", new Trigger.Orchestration((r, _) => new(r)))).GetProperty("bindings");
        Assert.Equal("in", Assert.Single(bindings.EnumerateArray()).GetProperty("direction").GetString());
    }

    [Fact]
    public void Writing_again_removes_the_folders_of_functions_that_are_gone_and_nothing_else()
    {
        var directory = Directory.CreateTempSubdirectory("manifest-").FullName;
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "wwwroot")).FullName, "index.html"), "");
        Manifest.Write(new([new("Old", new Trigger.Timer("0 0 3 * * *", (_, _) => default))]), directory);
        Manifest.Write(new([new("New", new Trigger.Timer("0 0 3 * * *", (_, _) => default))]), directory);
        Assert.Equal(["New", "wwwroot"], Directory.GetDirectories(directory).Select(Path.GetFileName).Order());
        Directory.Delete(directory, recursive: true);
    }

    private static JsonElement Json(Function function) => JsonElement.Parse(Manifest.Json(function));
}
