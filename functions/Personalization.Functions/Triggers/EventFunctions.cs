using System.Text.Json;
using Personalization.Consent.Signals;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Events.Reading;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Security;
using Personalization.Profiles;

namespace Personalization.Functions.Triggers;

/// <summary>Behaviour comes in and becomes features.</summary>
internal static class EventFunctions
{
    private static readonly (string ContentType, EventFormat Format)[] Formats =
    [
        ("application/json", EventFormat.Json), ("application/x-ndjson", EventFormat.Lines),
        ("application/cloudevents+json", EventFormat.Cloud), ("application/cloudevents-batch+json", EventFormat.CloudBatch),
    ];

    private static readonly string[] ContentTypes = [.. Formats.Select(f => f.ContentType)];

    /// <summary>The stream's consumer, by whose name its checkpoints are kept.</summary>
    public const string Featurize = "FeaturizeEvents";

    public static IEnumerable<Function> All(EventIntake intake, Featurizer featurizer, StreamProgress progress) =>
    [
        new("CollectEvents", new Trigger.Http("POST", "events", Roles.Frontend, http => Collect(http, intake))),
        new(Featurize, new Trigger.Events(StreamedEvent.Hub, async (delivery, stop) =>
        {
            await featurizer.Apply(delivery, stop);
            progress.Applied(delivery);
        })),
    ];

    private static async ValueTask<IResult> Collect(HttpContext http, EventIntake intake)
    {
        using var body = await RequestBody.Text(http, ContentTypes);
        if (intake.Start() is not { } batch) return Problem.Busy(TimeSpan.FromSeconds(1));
        var done = false;
        try
        {
            Read(http, body.Memory, batch, intake.MaxBatch);
            if (http.Features.Get<Spending>()?.Refuse(batch.Events.Count) is { } tooFast) return Problem.TooMany(tooFast);
            var busy = await intake.Take(batch, http.RequestAborted);
            done = true;
            return busy is { } wait ? Problem.Busy(wait) : Answer.Ready(EventAnswer.Of(batch.Events, batch.Visitor), 202);
        }
        finally { intake.Finish(batch, done); }
    }

    private static void Read(HttpContext http, ReadOnlyMemory<byte> body, IntakeBatch batch, int max)
    {
        try
        {
            if (!EventBody.Read(batch.Events, body, Format(http.Request), max)) throw new RefusedException(Problem.TooManyItems("events", max));
        }
        catch (JsonException e) { throw new RefusedException(JsonFault.Of(e)); }

        if (batch.Events.Count == 0) throw new RefusedException(Problem.Invalid("", "holds no event"));
        if (Format(http.Request) == EventFormat.CloudData) CloudHeaders.Seal(http.Request.Headers, batch.Events);
        foreach (var value in http.Request.Headers[Gpc.Header]) batch.Consent += Gpc.Read(value);
    }

    private static EventFormat Format(HttpRequest request)
    {
        var format = Array.Find(Formats, f => RequestBody.Is(request.ContentType, f.ContentType)).Format;
        return format == EventFormat.Json && CloudHeaders.Are(request.Headers) ? EventFormat.CloudData : format;
    }
}
