using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Personalization.Tests.Hosting.Http;

/// <summary>Requests as the host forwards them, and the answers as it was recorded to pass them on.</summary>
public sealed class ForwardedRequestsTests : IAsyncLifetime
{
    private readonly RecordedFunctions functions = new();
    private RunningServer server = null!;

    public async Task InitializeAsync() => server = await RunningServer.UnderTheHost(functions.Table);

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<string> Ids => new(Vector.All("forwarded").Where(v => v["requestSeenByHandler"].ValueKind == JsonValueKind.Object).Select(v => v.Id));

    [Theory, MemberData(nameof(Ids))]
    public async Task Reaches_its_function_and_goes_back_as_recorded(string id)
    {
        var vector = Vector.Load("forwarded", id);
        var seen = vector["requestSeenByHandler"];
        var answer = vector["handlerResponse"];
        functions.Answer = http => Write(http, answer);
        var response = await server.Http.SendAsync(Vector.Request(seen));
        if (!seen.GetProperty("target").GetString()!.StartsWith("/api", StringComparison.Ordinal)) { await SameInEnvelope(response, answer); return; }

        Assert.Equal(seen.GetProperty("method").GetString(), functions.Http!.Method);
        Assert.Equal(seen.GetProperty("target").GetString(), functions.Http.Target);
        Assert.Equal(seen.GetProperty("bodyText").GetString(), Encoding.UTF8.GetString(functions.Http.Body));
        foreach (var h in seen.GetProperty("headers").EnumerateArray().Where(h => h[0].GetString() is not "Host"))
            Assert.Equal(h[1].GetString(), functions.Http.Headers[h[0].GetString()!]);
        await Same(response, answer);
    }

    private static async Task Same(HttpResponseMessage response, JsonElement expected)
    {
        Assert.Equal(expected.GetProperty("status").GetInt32(), (int)response.StatusCode);
        Assert.Equal(expected.GetProperty("bodyText").GetString(), await response.Content.ReadAsStringAsync());
        foreach (var byName in expected.GetProperty("headers").EnumerateArray().GroupBy(h => h[0].GetString()!))
            Assert.Equal(byName.Select(h => h[1].GetString()), byName.Key.StartsWith("Content-", StringComparison.Ordinal) ? response.Content.Headers.GetValues(byName.Key) : response.Headers.GetValues(byName.Key));
    }

    // With two input bindings the call comes as an envelope, also in forwarding mode.
    private static async Task SameInEnvelope(HttpResponseMessage response, JsonElement expected)
    {
        var ours = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("Outputs").GetProperty("res");
        var theirs = JsonElement.Parse(expected.GetProperty("bodyText").GetString()!).GetProperty("Outputs").GetProperty("res");
        Assert.Equal(theirs.GetProperty("statusCode").GetInt32(), ours.GetProperty("statusCode").GetInt32());
        Assert.Equal(theirs.GetProperty("body").GetString(), ours.GetProperty("body").GetString());
    }

    private static Task Write(HttpContext http, JsonElement answer)
    {
        var (status, body, headers) = (answer.GetProperty("status").GetInt32(), answer.GetProperty("bodyText").GetString()!, answer.GetProperty("headers").EnumerateArray());
        if (body.StartsWith("{\"Outputs\"", StringComparison.Ordinal))
        {
            var res = JsonElement.Parse(body).GetProperty("Outputs").GetProperty("res");
            (status, body, headers) = (res.GetProperty("statusCode").GetInt32(), res.GetProperty("body").GetString()!, default);
        }

        http.Response.StatusCode = status;
        foreach (var h in headers) http.Response.Headers.Append(h[0].GetString()!, h[1].GetString());
        return http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();
    }
}
