using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Personalization.Bench;

/// <summary>How long the published executable takes from its start to its first answer, and what it then holds.</summary>
internal static class StartBench
{
    private const int Starts = 10;

    public static async Task<int> Run(string directory)
    {
        var measured = new List<(double Milliseconds, double Megabytes)>();
        for (var i = 0; i < Starts; i++) measured.Add(await Start(Path.Combine(directory, "Personalization.Functions")));
        var text = new StringBuilder("# Start\n\n`dotnet publish functions/Personalization.Functions -c Release -o out`, then\n`dotnet run -c Release --project bench/Personalization.Bench -- start out`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"From the start of the process to the first 200 of `GET /health/live` (asked every 2 ms), {Starts} starts with a fresh data directory; memory is VmRSS half a second later.\n\n{Report.Machine}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**Median {Median(measured.Select(m => m.Milliseconds)):f0} ms, {Median(measured.Select(m => m.Megabytes)):f0} MB.**\n\n| Start | ms | MB |\n|---|---|---|\n");
        for (var i = 0; i < Starts; i++) text.Append(CultureInfo.InvariantCulture, $"| {i + 1} | {measured[i].Milliseconds:f0} | {measured[i].Megabytes:f0} |\n");
        Report.Write("start.md", text.ToString());
        return 0;
    }

    private static async Task<(double, double)> Start(string executable)
    {
        var time = TimeProvider.System;
        var (port, data) = (FreePort(), Directory.CreateTempSubdirectory("start-").FullName);
        var start = new ProcessStartInfo(executable, ["--urls", $"http://127.0.0.1:{port}"]) { UseShellExecute = false, RedirectStandardOutput = true };
        start.Environment["Storage__Directory"] = data;
        using var http = new HttpClient();
        var began = time.GetTimestamp();
        using var process = Process.Start(start)!;
        while (!await Answers(http, port)) await Task.Delay(TimeSpan.FromMilliseconds(2), time);
        var took = time.GetElapsedTime(began).TotalMilliseconds;
        await Task.Delay(TimeSpan.FromMilliseconds(500), time);
        process.Refresh();
        var megabytes = process.WorkingSet64 / 1e6;
        process.Kill();
        await process.WaitForExitAsync();
        Directory.Delete(data, recursive: true);
        return (took, megabytes);
    }

    private static async Task<bool> Answers(HttpClient http, int port)
    {
        try { return (await http.GetAsync($"http://127.0.0.1:{port}/health/live")).IsSuccessStatusCode; }
        catch (HttpRequestException) { return false; }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static double Median(IEnumerable<double> values) => values.Order().Skip((Starts / 2) - 1).Take(2).Average();
}
