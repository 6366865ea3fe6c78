using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Personalization.Tests.Hosting.Published;

/// <summary>Eight senders of events, each event about a visitor of its own, until the server goes away.</summary>
internal sealed class Load
{
    private readonly HttpClient http;
    private readonly ConcurrentBag<string> acknowledged = [];
    private readonly TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task senders;
    private int wanted = int.MaxValue;

    public Load(HttpClient http)
    {
        this.http = http;
        senders = Task.WhenAll(Enumerable.Range(0, 8).Select(s => Task.Run(() => Send(s))));
    }

    public Task Acknowledged(int events)
    {
        wanted = events;
        return enough.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>The visitors whose events were acknowledged, once the server no longer answers.</summary>
    public async Task<IReadOnlyCollection<string>> Ended()
    {
        await senders.WaitAsync(TimeSpan.FromSeconds(60));
        return acknowledged;
    }

    private async Task Send(int sender)
    {
        for (var n = 0; ; n++)
        {
            var visitors = Enumerable.Range(0, 20).Select(i => $"v{sender}-{n}-{i}").ToList();
            var batch = "[" + string.Join(',', visitors.Select(v => $$"""{"id":"{{v}}","type":"view","visitor":"{{v}}","item":"i","consent":{"personalization":true} }""")) + "]";
            try
            {
                using var response = await http.PostAsync("/events", new StringContent(batch, Encoding.UTF8, "application/json"));
                if (response.StatusCode == HttpStatusCode.Accepted) Count(await response.Content.ReadAsStringAsync());
            }
            catch (HttpRequestException) { return; }
        }
    }

    private void Count(string answer)
    {
        foreach (var r in JsonElement.Parse(answer).GetProperty("results").EnumerateArray())
            if (r.GetProperty("status").GetString() == "accepted") acknowledged.Add(r.GetProperty("id").GetString()!);
        if (acknowledged.Count >= wanted) enough.TrySetResult();
    }
}
