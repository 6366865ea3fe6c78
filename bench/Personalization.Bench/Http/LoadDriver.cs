using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Personalization.Bench.Http;

/// <summary>
/// A closed-loop HTTP/1.1 driver: every connection sends its next request when it has the answer to the last. Where a body
/// has <see cref="Counter"/>, each request has another number there. It runs in its own process, goes to loopback addresses
/// only and stops by itself.
/// </summary>
internal static class LoadDriver
{
    public const string Counter = "############";
    private const int MostSeconds = 60;
    private const int MostConnections = 512;

    public static async Task<int> Run(string[] args)
    {
        if (args is not [var url, var seconds, var connections, ..]) return 2;
        var target = new Uri(url);
        if (!IPAddress.TryParse(target.Host, out var address) || !IPAddress.IsLoopback(address)) throw new ArgumentException("The driver goes to loopback addresses only.", nameof(args));
        var request = Request(target, args is [_, _, _, var method, var path, var body] ? (method, path, body) : ("GET", target.PathAndQuery, ""));
        var result = await Drive(new(address, target.Port), request, Math.Min(int.Parse(seconds), MostSeconds), Math.Min(int.Parse(connections), MostConnections));
        Console.WriteLine(result.ToLine());
        return result.Failed == 0 ? 0 : 1;
    }

    private static byte[] Request(Uri target, (string Method, string Path, string Body) call)
    {
        var content = call.Body.Length == 0 ? "" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(call.Body)}\r\n";
        return Encoding.UTF8.GetBytes($"{call.Method} {call.Path} HTTP/1.1\r\nHost: {target.Authority}\r\n{content}\r\n{call.Body}");
    }

    private static async Task<LoadResult> Drive(IPEndPoint endpoint, byte[] request, int seconds, int connections)
    {
        var time = TimeProvider.System;
        var end = time.GetTimestamp() + (seconds * time.TimestampFrequency);
        var started = time.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, connections).Select(c => Task.Run(() => Connection(endpoint, [.. request], c * 1_000_000_000L, end, time))));
        return LoadResult.Of(results, time.GetElapsedTime(started));
    }

    private static async Task<(List<long> Latencies, int Failed)> Connection(IPEndPoint endpoint, byte[] request, long number, long end, TimeProvider time)
    {
        var latencies = new List<long>(100_000);
        var failed = 0;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(endpoint);
        var buffer = new byte[64 * 1024];
        var counter = request.AsMemory(Math.Max(0, request.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Counter))));
        var counts = counter.Length < request.Length;
        for (var now = time.GetTimestamp(); now < end;)
        {
            if (counts) number++.TryFormat(counter.Span, out _, "D12", CultureInfo.InvariantCulture);
            await socket.SendAsync(request);
            if (await Receive(socket, buffer) is < 200 or > 299) failed++;
            var answered = time.GetTimestamp();
            latencies.Add(answered - now);
            now = answered;
        }

        return (latencies, failed);
    }

    public static async ValueTask<int> Receive(Socket socket, byte[] buffer)
    {
        var have = 0;
        while (true)
        {
            var n = await socket.ReceiveAsync(buffer.AsMemory(have));
            if (n == 0) throw new IOException("The server closed the connection.");
            have += n;
            if (Whole(buffer.AsSpan(0, have)) is { } status) return status;
        }
    }

    private static int? Whole(ReadOnlySpan<byte> received)
    {
        var head = received.IndexOf("\r\n\r\n"u8);
        if (head < 0) return null;
        var at = received.IndexOf("Content-Length: "u8);
        var length = at >= 0 && Utf8Parser.TryParse(received[(at + 16)..], out int given, out _) ? given : 0;
        if (received.Length < head + 4 + length) return null;
        return Utf8Parser.TryParse(received[9..], out int status, out _) ? status : 0;
    }
}

internal sealed record LoadResult(double PerSecond, double P50, double P99, double P999, int Failed)
{
    public static LoadResult Of((List<long> Latencies, int Failed)[] connections, TimeSpan elapsed)
    {
        var all = connections.SelectMany(c => c.Latencies).Order().ToList();
        double At(double part) => all.Count == 0 ? 0 : all[(int)(part * (all.Count - 1))] * 1e6 / TimeProvider.System.TimestampFrequency;
        return new(all.Count / elapsed.TotalSeconds, At(0.5), At(0.99), At(0.999), connections.Sum(c => c.Failed));
    }

    public string ToLine() => string.Create(CultureInfo.InvariantCulture, $"{PerSecond:f0} {P50:f0} {P99:f0} {P999:f0} {Failed}");

    public static LoadResult Parse(string line)
    {
        var f = line.Split(' ').Select(t => double.Parse(t, CultureInfo.InvariantCulture)).ToArray();
        return new(f[0], f[1], f[2], f[3], (int)f[4]);
    }
}
