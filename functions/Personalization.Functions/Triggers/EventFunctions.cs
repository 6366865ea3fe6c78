using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Profiles;

namespace Personalization.Functions.Triggers;

/// <summary>Behaviour comes in and becomes features.</summary>
internal static class EventFunctions
{
    public static IEnumerable<Function> All(EventIntake intake, Featurizer featurizer) =>
    [
        new("CollectEvents", new Trigger.Http("POST", "events", Roles.Frontend, http => Collect(http, intake))),
        new("FeaturizeEvents", new Trigger.Events(StreamedEvent.Hub, featurizer.Apply)),
    ];

    private static async ValueTask<IResult> Collect(HttpContext http, EventIntake intake)
    {
        var events = await EventBody.Read(http, intake.MaxBatch);
        var answer = await intake.Take(events, http.RequestAborted);
        if (answer.RetryAfter is { } wait) return Problem.Busy(wait);
        return Answer.Json(202, new(answer.Results), Json.Default.EventsAccepted);
    }
}

internal sealed record EventsAccepted(IReadOnlyList<EventResult> Results);
