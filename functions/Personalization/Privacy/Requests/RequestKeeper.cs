using System.Diagnostics.Metrics;
using Personalization.Storage;

namespace Personalization.Privacy.Requests;

/// <summary>
/// Looks through all requests from time to time: counts what is open, late and stuck, and wakes what a crash left asleep
/// between storing a request and beginning its workflow, or left in the index of a request that ended.
/// </summary>
/// <param name="book">The requests.</param>
/// <param name="wake">Begins the workflow of a request where there is none; where it is also to look, tells it to.</param>
/// <param name="time">The clock.</param>
/// <param name="meter">What is counted.</param>
public sealed class RequestKeeper(RequestBook book, Func<PrivacyRequest, bool, CancellationToken, ValueTask> wake, TimeProvider time, Meter meter)
{
    private const int PageSize = 200;

    private static readonly string[] Reported = ["open", "overdue", "failed", "stuck"];

    /// <summary>Whoever stores a request needs no longer than this to wake its workflow.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    /// <summary>What changed so lately may have been left in between; what is older was looked after before.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(30);

    /// <summary>Longer than any step waits, the stream's retention among them.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromDays(3);

    private readonly Lock gate = new();
    private Dictionary<(string Kind, RequestType Type), int> counts = [];

    /// <summary>Begins to report. Once for a meter.</summary>
    public RequestKeeper Reporting()
    {
        meter.CreateObservableGauge("personalization.privacy.requests", Measure, description: "Privacy requests that are not over, by type and kind");
        return this;
    }

    public async ValueTask Tend(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var found = Enum.GetValues<RequestType>().SelectMany(t => Reported.Select(k => (k, t))).ToDictionary(k => k, _ => 0);
        string? next = null;
        do
        {
            var page = await book.Page(next, PageSize, stop);
            foreach (var request in page.Items)
            {
                foreach (var kind in Kinds(request, now)) found[(kind, request.Type)]++;
                var asleep = now - request.UpdatedAt;
                var hasWork = request.IsOpen || request.IsUnsettled || (request.Export is { } export && now > export.Until);
                if (asleep > Moment && hasWork && !await Woken(request, asleep < Lately, stop)) found[("stuck", request.Type)]++;
            }

            next = page.Next;
        }
        while (next is not null);
        lock (gate) counts = found;
        await book.Tidy(stop);
    }

    // One that cannot be woken must not keep the others asleep.
    private async ValueTask<bool> Woken(PrivacyRequest request, bool look, CancellationToken stop)
    {
        try
        {
            await wake(request, look, stop);
            return true;
        }
        catch (Exception e) when (e is StoreUnavailableException or InvalidDataException) { return false; }
    }

    private static IEnumerable<string> Kinds(PrivacyRequest r, DateTimeOffset now)
    {
        if (r.IsOpen) yield return "open";
        if (r.IsOverdue(now)) yield return "overdue";
        if (r.State == RequestState.Failed) yield return "failed";
        if (r.State is RequestState.Pending or RequestState.InProgress && now - r.UpdatedAt > Stuck) yield return "stuck";
    }

    private IEnumerable<Measurement<int>> Measure()
    {
        lock (gate) return [.. counts.Select(c => new Measurement<int>(c.Value, new KeyValuePair<string, object?>("kind", c.Key.Kind), new KeyValuePair<string, object?>("type", RequestWords.Of(c.Key.Type))))];
    }
}
