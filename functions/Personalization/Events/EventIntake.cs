using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>Takes a batch of events: gate, pseudonymise, publish. An event is accepted only when the stream has it.</summary>
public sealed class EventIntake(IStream stream, Pseudonyms pseudonyms, TimeProvider time, EventOptions options)
{
    public int MaxBatch => options.MaxBatch;

    /// <summary>One result per event, in order; <c>RetryAfter</c> is set when the stream took none of those it should have.</summary>
    public async ValueTask<IntakeAnswer> Take(IReadOnlyList<ReadEvent> events, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var results = new EventResult[events.Count];
        var batches = new Dictionary<int, List<(int Index, StreamRecord Record)>>();
        for (var i = 0; i < events.Count; i++)
        {
            var verdict = events[i].Event is { } e ? EventGate.Decide(e, now, options) : new Verdict.Rejected(events[i].Field!, events[i].Reason!);
            results[i] = EventResult.Of(events[i].Event?.Id, verdict);
            if (verdict is Verdict.Accepted a) Add(batches, i, Minimise(events[i].Event!, a));
        }

        return await Publish(batches, results, stop);
    }

    private (Subject Subject, StreamRecord Record) Minimise(IncomingEvent e, Verdict.Accepted a)
    {
        var subject = pseudonyms.Of(e.User, e.Visitor);
        var key = subject.ToString();
        var granted = Purposes.Personalization | (e.Consent is { Sensitive: true } ? Purposes.Sensitive : Purposes.None);
        var streamed = new StreamedEvent(
            subject, a.Type, granted, 0, a.At.ToUnixTimeMilliseconds(), ItemKey.Of(e.Id!).Value, 0, default, (float)(e.Value ?? 0), e.Quantity ?? 1, e.DwellMs ?? 0,
            a.Items.Take(StreamedEvent.MaxKeys).Select(i => ItemKey.Of(i).Value).ToArray(), default);
        var body = new byte[StreamedEvent.MaxBytes];
        return (subject, new(key, body.AsMemory(0, streamed.Write(body))));
    }

    private void Add(Dictionary<int, List<(int, StreamRecord)>> batches, int index, (Subject Subject, StreamRecord Record) minimised)
    {
        var partition = minimised.Subject.Partition(stream.Partitions);
        if (!batches.TryGetValue(partition, out var batch)) batches[partition] = batch = [];
        batch.Add((index, minimised.Record));
    }

    private static string Reason(Status status) => status switch
    {
        Status.Throttled => "busy: send this event again later",
        Status.TooLarge => "too large together with the other events of this person: send fewer at once",
        _ => "unavailable: it may have been taken or not; send this event again later",
    };

    private async ValueTask<IntakeAnswer> Publish(
        Dictionary<int, List<(int Index, StreamRecord Record)>> batches, EventResult[] results, CancellationToken stop)
    {
        var outcomes = new List<Outcome<bool>>(batches.Count);
        foreach (var (partition, batch) in batches)
        {
            var outcome = await stream.Publish(StreamedEvent.Hub, partition, [.. batch.Select(b => b.Record)], stop);
            outcomes.Add(outcome);
            if (outcome.Ok) continue;
            foreach (var (i, _) in batch) results[i] = results[i] with { Status = "rejected", Reason = Reason(outcome.Status) };
        }

        if (outcomes.Count == 0 || outcomes.Any(o => o.Status is Status.Ok or Status.TooLarge)) return new(results, null);
        // None was taken: busy where that is certain, else unavailable, which says that some may have been.
        if (outcomes.Find(o => o.Status != Status.Throttled) is { Status: not Status.Ok } broken) broken.Required(StreamedEvent.Hub);
        return new(results, outcomes.Max(o => o.RetryAfter));
    }
}

/// <summary>An element of a request: an event, or why it is none.</summary>
public readonly record struct ReadEvent(IncomingEvent? Event, string? Field = null, string? Reason = null);

public sealed record IntakeAnswer(IReadOnlyList<EventResult> Results, TimeSpan? RetryAfter);

public sealed record EventResult(string? Id, string Status, string? Reason = null, string? Field = null)
{
    public static EventResult Of(string? id, Verdict verdict) => verdict switch
    {
        Verdict.Dropped d => new(id, "dropped", d.Reason),
        Verdict.Rejected r => new(id, "rejected", $"{r.Field} {r.Reason}", r.Field),
        _ => new(id, "accepted"),
    };
}
