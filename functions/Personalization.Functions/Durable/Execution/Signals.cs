using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Execution;

/// <summary>
/// What came from outside and who waits for it. Names are compared without case. What nobody waits for is kept, oldest first;
/// of two who wait for one name the newer is served first, as the .NET engine does.
/// </summary>
internal sealed class Signals
{
    private readonly List<HistoryEvent> unread = [];
    private readonly List<(string Name, TaskCompletionSource<string?> Source)> waiting = [];

    /// <summary>What nobody has taken, in the order it came.</summary>
    public IReadOnlyList<HistoryEvent> Unread => unread;

    public bool Awaited => waiting.Count > 0;

    public void Arrive(HistoryEvent raised)
    {
        var at = waiting.FindLastIndex(w => Same(w.Name, raised.EventRaised.Name));
        if (at < 0)
        {
            unread.Add(raised);
            return;
        }

        var source = waiting[at].Source;
        waiting.RemoveAt(at);
        source.SetResult(raised.EventRaised.Input);
    }

    public Task<string?> Wait(string name)
    {
        var at = unread.FindIndex(u => Same(u.EventRaised.Name, name));
        if (at >= 0)
        {
            var input = unread[at].EventRaised.Input;
            unread.RemoveAt(at);
            return Task.FromResult<string?>(input);
        }

        var source = new TaskCompletionSource<string?>();
        waiting.Add((name, source));
        return source.Task;
    }

    /// <summary>Nobody waits for it any more, so what comes later is kept for who does.</summary>
    public void Forget(Task<string?> wait) => waiting.RemoveAll(w => w.Source.Task == wait);

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
