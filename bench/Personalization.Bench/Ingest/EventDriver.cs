using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Personalization.Bench.Http;

namespace Personalization.Bench.Ingest;

/// <summary>
/// Sends batches of events that nobody sent before, or asks for decisions, as fast as answers come or at a set rate. A request is written once;
/// then only the digits of its ids and visitors change. Its own process, loopback only, stops by itself.
/// </summary>
internal static class EventDriver
{
    private const int MostSeconds = 120;
    private const int Digits = 12;

    public static async Task<int> Run(string[] args, bool decide)
    {
        if (args is not [var url, var seconds, var connections, var batch, var people, var rate]) return 2;
        var target = new Uri(url);
        if (!IPAddress.TryParse(target.Host, out var address) || !IPAddress.IsLoopback(address)) throw new ArgumentException("The driver goes to loopback addresses only.", nameof(args));
        var (count, at) = (int.Parse(connections), new IPEndPoint(address, target.Port));
        var time = TimeProvider.System;
        var pace = new Pace(time, int.Parse(rate) / (double)int.Parse(batch), Math.Min(int.Parse(seconds), MostSeconds));
        var started = time.GetTimestamp();
        var results = await Task.WhenAll(Enumerable.Range(0, count).Select(c => Task.Run(() => Connection(at, target, int.Parse(batch), int.Parse(people), c, pace, decide))));
        var load = LoadResult.Of([.. results.Select(r => (r.Latencies, r.Failed))], time.GetElapsedTime(started));
        Console.WriteLine((load with { PerSecond = load.PerSecond * int.Parse(batch) }).ToLine());
        return 0;
    }

    private static async Task<(List<long> Latencies, int Failed)> Connection(IPEndPoint at, Uri target, int batch, int people, int connection, Pace pace, bool decide)
    {
        var time = TimeProvider.System;
        var latencies = new List<long>(100_000);
        var failed = 0;
        var request = new BatchRequest(target, batch, people, connection, decide);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(at);
        var buffer = new byte[256 * 1024];
        while (await pace.Next() is { } due)
        {
            await socket.SendAsync(request.Next());
            if (await LoadDriver.Receive(socket, buffer) is < 200 or > 299) failed++;
            latencies.Add(time.GetTimestamp() - due);
        }

        return (latencies, failed);
    }

    /// <summary>One request's bytes, made new for every sending.</summary>
    private sealed class BatchRequest
    {
        private readonly byte[] bytes;
        private readonly List<int> ids = [], visitors = [], items = [];
        private readonly Random random;
        private readonly int people;
        private long number;

        public BatchRequest(Uri target, int batch, int people, int connection, bool decide)
        {
            (this.people, random, number) = (people, new(connection), (connection + 1) * 1_000_000_000L);
            number += (long)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % 1000) * 100_000_000_000L;
            var line = decide ? """{"visitor":"v000000000000","session":"000000000000000","count":10}""" : """{"id":"000000000000000","type":"view","visitor":"v000000000000","session":"s000000000000","item":"item-000000000000","context":{"region":"DE"},"consent":{"personalization":true}}""" + "\n";
            var body = string.Concat(Enumerable.Repeat(line, batch));
            var head = $"POST {(decide ? "/decisions/recommendations" : "/events")} HTTP/1.1\r\nHost: {target.Authority}\r\nContent-Type: {(decide ? "application/json" : "application/x-ndjson")}\r\nContent-Length: {body.Length}\r\n\r\n";
            bytes = Encoding.ASCII.GetBytes(head + body);
            for (var i = 0; i < batch; i++)
            {
                var start = head.Length + (i * line.Length);
                visitors.Add(start + line.IndexOf("\"v000", StringComparison.Ordinal) + 2);
                // An event's name, or a session that makes a question one that was not asked before.
                ids.Add(start + line.IndexOf("\"000", StringComparison.Ordinal) + 1);
                if (decide) continue;
                items.Add(start + line.IndexOf("item-", StringComparison.Ordinal) + 5);
            }
        }

        public ReadOnlyMemory<byte> Next()
        {
            foreach (var at in visitors) Write(at, random.Next(people), Digits);
            foreach (var at in ids) Write(at, number++, 15);
            foreach (var at in items) Write(at, Math.Min(random.Next(1000), random.Next(1000)), Digits);

            return bytes;
        }

        private void Write(int at, long value, int digits)
        {
            for (var i = at + digits - 1; i >= at; i--, value /= 10) bytes[i] = (byte)('0' + (value % 10));
        }
    }

    /// <summary>When the next request is due; null when it is over. Without a rate, at once.</summary>
    private sealed class Pace(TimeProvider time, double perSecond, int seconds)
    {
        private readonly long start = time.GetTimestamp();
        private long sent = -1;

        public async ValueTask<long?> Next()
        {
            var end = start + (seconds * time.TimestampFrequency);
            if (perSecond <= 0) return time.GetTimestamp() is var now && now < end ? now : null;
            var due = start + (long)(Interlocked.Increment(ref sent) / perSecond * time.TimestampFrequency);
            if (due >= end) return null;
            var wait = due - time.GetTimestamp();
            if (wait > 0) await Task.Delay(TimeSpan.FromSeconds(wait / (double)time.TimestampFrequency), time);
            return due;
        }
    }
}
