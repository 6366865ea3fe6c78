using System.Collections.Concurrent;
using System.Net;

namespace Personalization.Tests.Hosting.Observability;

/// <summary>Takes whatever is exported to it, by path.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly ConcurrentDictionary<string, ConcurrentQueue<byte[]>> received = new();

    public Collector()
    {
        Endpoint = $"http://127.0.0.1:{RunningServer.FreePort()}";
        listener.Prefixes.Add(Endpoint + "/");
        listener.Start();
        _ = Collect();
    }

    public string Endpoint { get; }

    public IEnumerable<string> Kinds => received.Keys;

    public byte[] All(string kind) => received.TryGetValue(kind, out var all) ? [.. all.SelectMany(b => b)] : [];

    public void Dispose() => listener.Close();

    private async Task Collect()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try { context = await listener.GetContextAsync(); }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { return; }
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            received.GetOrAdd(context.Request.Url!.AbsolutePath, _ => new()).Enqueue(body.ToArray());
            context.Response.Close();
        }
    }
}
