using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Personalization.Functions.Hosting;

namespace Personalization.Bench.Http;

/// <summary>
/// A server process for the driver: the engine, or the least that Kestrel can be asked to do. It tells its address, and
/// for every line it reads how much it has allocated so far; the end of its input stops it.
/// </summary>
internal static class Served
{
    /// <param name="which">bare, engine, or intake for an engine that applies no events; after an engine, settings such as Models__ShadowSample=1.</param>
    public static async Task<int> Run(string which)
    {
        await using var server = which == "bare" ? await Bare() : await Engine(which.Split(' '));
        Console.Out.WriteLine($"{server.Address} {server.StaffKey}");
        while (await Console.In.ReadLineAsync() is not null)
            Console.Out.WriteLine(GC.GetTotalAllocatedBytes(precise: true));
        return 0;
    }

    private static async Task<Running> Engine(string[] which)
    {
        var data = Directory.CreateTempSubdirectory("bench-").FullName;
        var settings = new Settings([new("Storage__Directory", data), new("RateLimit__PerSecond", "10000000"), new("RateLimit__Burst", "10000000"), new("RateLimit__EventsPerSecond", "10000000"), new("Stream__Paused", which[0] == "intake" ? "true" : "false"), new("Stream__Backlog", "100000000"), .. which.Skip(1).Select(s => s.Split('=')).Select(s => KeyValuePair.Create(s[0], s[1]))]);
        var server = await Server.Open(AppOptions.Read(settings, "http://127.0.0.1:0"), TimeProvider.System);
        await server.Start();
        return new(server.Addresses[0], await File.ReadAllTextAsync(Path.Combine(data, "staff.key")), server);
    }

    private static async Task<Running> Bare()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        var web = builder.Build();
        var body = """{"status":"live"}"""u8.ToArray();
        web.MapGet("/health/live", http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = body.Length;
            return http.Response.Body.WriteAsync(body).AsTask();
        });
        web.MapPost("/decisions/search", Decisions.BareSearch.Answer);
        web.MapPost("/events", async http =>
        {
            var read = 0L;
            for (; ;)
            {
                var result = await http.Request.BodyReader.ReadAsync();
                read += result.Buffer.Length;
                http.Request.BodyReader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) break;
            }

            var answer = new byte[Math.Max(1, read / 5)]; // about what the engine answers
            http.Response.StatusCode = 202;
            http.Response.ContentLength = answer.Length;
            await http.Response.Body.WriteAsync(answer);
        });
        await web.StartAsync();
        return new(web.Urls.First(), "none", web);
    }

    private sealed record Running(string Address, string StaffKey, IAsyncDisposable Server) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
