using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;

namespace Personalization.Functions.Triggers;

/// <summary>The stream as operators see it: how far it is, what was put aside, and doing parts of it again.</summary>
internal static class StreamFunctions
{
    private const int MaxLetters = 1000;
    private const int Letters = 100;

    /// <param name="status">How far each partition is.</param>
    /// <param name="deadLetters">What was put aside.</param>
    /// <param name="replays">Null where a host owns the stream.</param>
    /// <param name="people">Finds the person a replay is limited to.</param>
    public static IEnumerable<Function> All(StreamStatus status, DeadLetters deadLetters, Replays? replays, People people) =>
    [
        new("GetReplay", new Trigger.Http("GET", "stream/replays/{id}", Roles.Operator, http => Find(http, replays))),
        new("GetStream", new Trigger.Http("GET", "stream", Roles.Operator, _ => new(Answer.Json(200, new(status.Now()), Json.Default.StreamState)))),
        new("ListDeadLetters", new Trigger.Http("GET", "stream/deadletters", Roles.Operator, http => List(http, deadLetters))),
        new("StartReplay", new Trigger.Http("POST", "stream/replays", Roles.Operator, http => Start(http, replays, status, people))),
    ];

    private static async ValueTask<IResult> List(HttpContext http, DeadLetters deadLetters)
    {
        var query = http.Request.Query;
        var (hub, partition) = (One(http, "hub"), One(http, "partition"));
        var max = Letters;
        if (query.ContainsKey("max") && (!int.TryParse(query["max"], out max) || max is < 1 or > MaxLetters)) return Problem.Invalid("max", $"must be a number from 1 to {MaxLetters}");
        if (partition is not null && hub is null) hub = StreamedEvent.Hub.Name;
        if (hub is not null && partition is null) return Problem.Invalid("partition", "is missing; letters of a hub are listed by partition");
        try
        {
            var page = await deadLetters.List(hub, partition, One(http, "next"), max, http.RequestAborted);
            return Answer.Json(200, new(page.Items, page.Next), Json.Default.LettersListed);
        }
        // Where a listing goes on is the store's own text; a changed one is the caller's mistake.
        catch (Exception e) when (e is FormatException or ArgumentException) { return Problem.Invalid("next", "is not one this list gave out"); }
    }

    private static async ValueTask<IResult> Start(HttpContext http, Replays? replays, StreamStatus status, People people)
    {
        var request = await RequestBody.Json(http, Json.Default.ReplayRequest);
        if (replays is null) return Problem.HostOwnsStream;
        if ((people.Fault(request.User, request.Visitor) ?? request.Fault(status.Now().Count)) is var (field, reason)) return Problem.Invalid(field, reason);
        var subject = await people.Find(request.User, request.Visitor, http.RequestAborted);
        if (request.OfOnePerson && subject is null) return Problem.NoSuch("person");
        return Answer.Json(202, ReplayState.Of(await replays.Start(request, subject?.ToString(), http.RequestAborted)), Json.Default.ReplayState);
    }

    private static async ValueTask<IResult> Find(HttpContext http, Replays? replays)
    {
        if (replays is null) return Problem.HostOwnsStream;
        return await replays.Find(http.Request.RouteValues["id"] as string ?? "", http.RequestAborted) is { } job
            ? Answer.Json(200, ReplayState.Of(job), Json.Default.ReplayState)
            : Problem.NoSuch("replay");
    }

    private static string? One(HttpContext http, string name) => http.Request.Query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;
}

internal sealed record StreamState(IReadOnlyList<PartitionStatus> Partitions);

internal sealed record LettersListed(IReadOnlyList<DeadLetter> Letters, string? Next);

/// <summary>A replay as its operator sees it; whom it is limited to stays here.</summary>
internal sealed record ReplayState(
    string Id, string Status, DateTimeOffset CreatedAt, DateTimeOffset? FinishedAt, double Progress, long Read, long Delivered, IReadOnlyList<ReplayPart> Parts)
{
    public static ReplayState Of(ReplayJob job)
    {
        var (left, all) = (job.Parts.Sum(p => p.Until - Math.Min(p.Next, p.Until)), job.Parts.Sum(p => p.Until - Math.Min(p.Next, p.Until) + p.Read));
        return new(job.Id, job.Status.ToString().ToLowerInvariant(), job.CreatedAt, job.FinishedAt, all == 0 ? 1 : Math.Round(1 - ((double)left / all), 3), job.Read, job.Delivered, job.Parts);
    }
}
