using System.Diagnostics.Metrics;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Privacy.Requests;

/// <summary>
/// Looks through all requests from time to time: counts what is open, late and stuck, and wakes what a crash left asleep
/// between storing a request and beginning its workflow, or left in the index of a request that ended. It keeps whom a request
/// holds held for as long as that takes, and nothing of how one that is over was carried out.
/// </summary>
/// <param name="book">The requests.</param>
/// <param name="holds">Whom they hold.</param>
/// <param name="wake">Begins the workflow of a request where there is none; where it is also to look, tells it to.</param>
/// <param name="purge">Takes away what histories of a request can go, and says which are gone; where it is to end them, also of its workflow that has not ended.</param>
/// <param name="time">The clock.</param>
/// <param name="meter">What is counted.</param>
public sealed class RequestKeeper(
    RequestBook book, Holds holds, Func<PrivacyRequest, bool, CancellationToken, ValueTask> wake, Func<PrivacyRequest, bool, CancellationToken, ValueTask<RequestCommand.Purged>> purge, TimeProvider time, Meter meter)
{
    private const int PageSize = 200;

    private static readonly string[] Reported = ["open", "overdue", "failed", "stuck"];

    /// <summary>Whoever stores a request needs no longer than this to wake its workflow.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    /// <summary>What changed so lately may have been left in between; what is older was looked after before.</summary>
    private static readonly TimeSpan Lately = TimeSpan.FromMinutes(30);

    /// <summary>Longer than any step waits, the stream's retention among them.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromDays(3);

    /// <summary>A workflow has ended by then. One that has not waits for what will never come, such as the end of an export whose person was erased.</summary>
    private static readonly TimeSpan Ended = TimeSpan.FromDays(1);

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
                if (asleep <= Moment) continue;
                if (hasWork && !await Done(() => wake(request, asleep < Lately, stop))) found[("stuck", request.Type)]++;
                if (request.State == RequestState.InProgress && now - request.BegunAt > Stuck) await Done(() => holds.Renew(request.Shadows.Union(request.People), RequestSteps.OwnerOf(request.Handle), now, stop));
                if (request.Merges.Count > 0 || request is { IsPutAway: true, HistoryGone: false }) await Done(() => Purge(request, asleep > Ended, stop));
            }

            next = page.Next;
        }
        while (next is not null);
        lock (gate) counts = found;
        await book.Tidy(stop);
    }

    private async ValueTask Purge(PrivacyRequest request, bool end, CancellationToken stop)
    {
        var purged = await purge(request, end, stop);
        // Whoever could not be told of it by now is not told any more.
        if (end && request is { IsPutAway: true, IsUnsettled: true }) await book.Tell(request.Handle, new RequestCommand.Settle(), stop);
        if (purged.Own || purged.Merges.Count > 0) await book.Tell(request.Handle, purged, stop);
    }

    // One that cannot be looked after must not keep the others from it.
    private static async ValueTask<bool> Done(Func<ValueTask> work)
    {
        try
        {
            await work();
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
