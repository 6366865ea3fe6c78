using System.Text;
using System.Text.Json;
using Personalization.Bench.Http;

namespace Personalization.Bench.Ingest;

/// <summary>The engine in a process of its own with a catalogue of a thousand items, and what an operator sees of its stream.</summary>
internal sealed class Engine : IDisposable
{
    private readonly ServedProcess process;
    private readonly HttpClient http;

    private Engine(ServedProcess process)
    {
        this.process = process;
        http = new() { BaseAddress = new(process.Address) };
        http.DefaultRequestHeaders.Add("x-api-key", process.StaffKey);
    }

    public string Address => process.Address;

    public HttpClient Http => http;

    public static async Task<Engine> Start(string which = "engine")
    {
        var engine = new Engine(new(which));
        var items = "[" + string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{"id":"item-{{i:d12}}","category":"category-{{i / 50}}","brand":"brand-{{i / 20}}"}""")) + "]";
        if (which != "bare") (await engine.http.PutAsync("/catalog/items", new StringContent(items, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        return engine;
    }

    /// <summary>Sends events for a while; without a rate as fast as they are taken.</summary>
    public LoadResult Send(int seconds, int connections, int batch, int people, int rate = 0) => Sending(seconds, connections, batch, people, rate).Result();

    public Driver Sending(int seconds, int connections, int batch, int people, int rate = 0) =>
        new(ServedProcess.Start("send", Address, $"{seconds}", $"{connections}", $"{batch}", $"{people}", $"{rate}"));

    public Driver Deciding(int seconds, int connections, int people, int rate) =>
        new(ServedProcess.Start("decide", Address, $"{seconds}", $"{connections}", "1", $"{people}", $"{rate}"));

    public async Task<(long Lag, long Applied)> Stream()
    {
        using var json = JsonDocument.Parse(await http.GetStringAsync("/stream"));
        var partitions = json.RootElement.GetProperty("partitions").EnumerateArray().ToList();
        return (partitions.Sum(p => p.GetProperty("lag").GetInt64()), partitions.Sum(p => p.GetProperty("applied").GetInt64()));
    }

    /// <summary>Waits until everything accepted is in the features.</summary>
    public async Task CaughtUp()
    {
        while ((await Stream()).Lag > 0) await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
    }

    public void Dispose()
    {
        http.Dispose();
        process.Dispose();
    }
}

/// <summary>A driver process under way.</summary>
internal sealed class Driver(System.Diagnostics.Process process)
{
    public LoadResult Result()
    {
        using (process)
        {
            var load = LoadResult.Parse(process.StandardOutput.ReadLine()!);
            process.WaitForExit();
            return load;
        }
    }
}
