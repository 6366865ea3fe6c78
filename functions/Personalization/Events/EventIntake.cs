using System.Collections.Concurrent;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Events.Reading;
using Personalization.Events.Streaming;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>
/// Takes a batch of events: who is it about, what have they allowed, then gate, minimise, publish. An event is accepted
/// only when the stream has it.
/// </summary>
public sealed class EventIntake(
    IStream stream, IDocuments documents, ConsentLedger ledger, Pseudonyms pseudonyms, Catalogue catalogue, ConsentPolicy policy, TcfOptions tcf,
    PolicyEvaluations evaluations, DeadLetters deadLetters, EventShapes shapes, TimeProvider time, EventOptions options)
{
    private readonly ConcurrentBag<IntakeBatch> free = [];
    private readonly RecentIds recent = new();
    private int working;

    public int MaxBatch => options.MaxBatch;

    /// <summary>A batch to fill; null when as many requests are worked on as may be.</summary>
    public IntakeBatch? Start()
    {
        if (Interlocked.Increment(ref working) <= options.MaxAtOnce) return free.TryTake(out var used) ? used : new();
        Interlocked.Decrement(ref working);
        return null;
    }

    /// <param name="batch">Not to be touched any more.</param>
    /// <param name="settled">Whether nothing can be using it still, as a call that was given up might.</param>
    public void Finish(IntakeBatch batch, bool settled)
    {
        Interlocked.Decrement(ref working);
        if (!settled) return;
        batch.Clear();
        free.Add(batch);
    }

    /// <summary>Gives every event its verdict; says when to come again where the stream took none of those it should have.</summary>
    public async ValueTask<TimeSpan?> Take(IntakeBatch batch, CancellationToken stop)
    {
        await Judge(batch, stop);
        await Report(batch.Events, stop);
        return await Publish(batch, stop);
    }

    /// <summary>Everything up to publishing.</summary>
    internal async ValueTask Judge(IntakeBatch batch, CancellationToken stop)
    {
        Recognize(batch);
        await Recall(batch, stop);
        var snapshot = await catalogue.Loaded(stop);
        Gate(batch, snapshot, time.GetUtcNow());
        shapes.Note(batch.Events, snapshot);
    }

    private async ValueTask Report(EventBatch events, CancellationToken stop)
    {
        for (var i = 0; i < events.Count; i++)
            if (events[i].Verdict is { Field: { } field } verdict) await deadLetters.Refuse(new(field, verdict.Reason!), events[i].Type, stop);
    }

    internal void Recognize(IntakeBatch batch)
    {
        batch.Start(stream.Partitions);
        var events = batch.Events;
        for (var i = 0; i < events.Count; i++)
        {
            ref var e = ref events[i];
            if (EventGate.Malformed(e) is { None: false } fault)
            {
                e.Verdict = Verdict.Rejected(fault);
                continue;
            }

            e.Verdict = Verdict.Accepted;
            e.Person = batch.Add(pseudonyms.Known(events.Text(e.User.IsEmpty ? e.Visitor : e.User), user: !e.User.IsEmpty));
        }
    }

    /// <summary>What everyone concerned has allowed. Where that cannot be read nothing is taken: a refusal might be overlooked.</summary>
    private async ValueTask Recall(IntakeBatch batch, CancellationToken stop)
    {
        for (var i = 0; i < batch.People.Length; i++)
        {
            var known = batch.People[i];
            var reading = documents.Get(Profile.Store, known.Pseudonym.Key, Profile.Id, stop).Preserve();
            if (reading.IsCompletedSuccessfully && reading.Result is { Ok: true } found) Recall(known, found.Value.Body);
            else known.Reading = reading;
        }

        for (var i = 0; i < batch.People.Length; i++)
        {
            var known = batch.People[i];
            if (known.Reading is not { } reading) continue;
            var found = await reading;
            if (found.Status != Status.NotFound) Recall(known, found.Required(Profile.Store).Body);
            else known.Recall(await ledger.Remembered(known.Pseudonym.Subject, ConsentState.None, stop), default);
        }
    }

    // A profile that cannot be read may hold a refusal.
    private static void Recall(KnownPerson known, ReadOnlyMemory<byte> body)
    {
        if (DocumentHead.TryRead(body.Span, out var head)) known.Recall(head.Consent, body.Slice(DocumentHead.Bytes, head.RingBytes.Length));
        else known.Recall(new(Vote.No(Purposes.All), 0, default), default);
    }

    private void Gate(IntakeBatch batch, CatalogueSnapshot snapshot, DateTimeOffset now)
    {
        var events = batch.Events;
        var named = new NamedConsent(tcf, now);
        for (var i = 0; i < events.Count; i++)
        {
            ref var e = ref events[i];
            if (e.Verdict.Kind == VerdictKind.Rejected) continue;
            var known = batch.People[e.Person];
            var granted = (batch.Consent + known.Consent.Vote + named.Of(events, e)).Over(policy.Standard(e.Region));
            e.Verdict = EventGate.Decide(e, granted, now.ToUnixTimeMilliseconds(), options);
            Note(e, granted);
            if (e.Verdict.Kind == VerdictKind.Accepted) Stage(batch, i, ref e, known, granted, snapshot, now);
        }
    }

    /// <summary>One note for each part that was decided over; what was not in time was not.</summary>
    private void Note(in IncomingEvent e, Purposes granted)
    {
        if (e.Verdict is { Kind: VerdictKind.Rejected } or { Reason: EventGate.TooLate }) return;
        if (!Note(e, e.Type.Rule().Signal, granted, EvaluationOutcome.Denied)) return;
        if (e.FromThirdParty && !Note(e, SignalClass.ThirdParty, granted, EvaluationOutcome.Denied)) return;
        if (!e.Query.IsEmpty) Note(e, SignalClass.Search, granted, EvaluationOutcome.Stripped);
        if (e.Region != Region.Unknown) Note(e, SignalClass.Location, granted, EvaluationOutcome.Stripped);
    }

    private bool Note(in IncomingEvent e, SignalClass signal, Purposes granted, EvaluationOutcome otherwise)
    {
        var allowed = EventGate.Keeps(granted, signal);
        evaluations.Note(new(allowed ? EvaluationOutcome.Allowed : otherwise, signal, granted, e.Region));
        return allowed;
    }

    private void Stage(IntakeBatch batch, int index, ref IncomingEvent e, KnownPerson known, Purposes granted, CatalogueSnapshot snapshot, DateTimeOffset now)
    {
        var minimised = Minimise(batch.Events, e, known.Pseudonym.Subject, granted, snapshot, now);
        e.IdKey = minimised.Id ^ (ulong)known.Pseudonym.Subject.Key;
        if (recent.Holds(e.IdKey) || !batch.First(e.IdKey) || known.Knows(minimised.Id))
        {
            e.Verdict = Verdict.Duplicate;
            return;
        }

        var load = batch.Loads[known.Pseudonym.Subject.Partition(stream.Partitions)];
        load.Records.Add(batch.Write(known.Pseudonym.Key, minimised));
        load.Indexes.Add(index);
    }

    private StreamedEvent Minimise(EventBatch events, in IncomingEvent e, Subject subject, Purposes granted, CatalogueSnapshot snapshot, DateTimeOffset now) => new(
        subject, e.Type, granted, (ushort)policy.Version, e.At ?? now.ToUnixTimeMilliseconds(), EventNames.Id(pseudonyms.Names, events, e),
        e.Session.IsEmpty ? 0 : pseudonyms.Names.Of(events.Text(e.Session)), EventGate.Keeps(granted, SignalClass.Location) ? e.Region : Region.Unknown,
        e.Value ?? 0, e.Quantity ?? 1, e.DwellMs ?? 0, events.Items(e),
        e.Query.IsEmpty || !EventGate.Keeps(granted, SignalClass.Search) ? default : events.Terms(snapshot.Terms, events.Text(e.Query)))
        {
            FromThirdParty = e.FromThirdParty,
        };

    private async ValueTask<TimeSpan?> Publish(IntakeBatch batch, CancellationToken stop)
    {
        var loads = batch.Loads.Where(l => l.Records.Count > 0).ToList();
        var outcomes = await Task.WhenAll(loads.Select(l => stream.Publish(StreamedEvent.Hub, Array.IndexOf(batch.Loads, l), l.Records, stop).AsTask()));
        for (var i = 0; i < loads.Count; i++) Settle(batch.Events, loads[i], outcomes[i].Status);
        if (outcomes.Length == 0 || outcomes.Any(o => o.Status is Status.Ok or Status.TooLarge)) return null;
        // None was taken: busy where that is certain, else unavailable, which says that some may have been.
        if (Array.Find(outcomes, o => o.Status != Status.Throttled) is { Status: not Status.Ok } broken) broken.Required(StreamedEvent.Hub);
        return outcomes.Max(o => o.RetryAfter);
    }

    private void Settle(EventBatch events, PartitionLoad load, Status status)
    {
        foreach (var i in load.Indexes)
        {
            ref var e = ref events[i];
            if (status == Status.Ok) recent.Add(e.IdKey);
            else e.Verdict = new(VerdictKind.Rejected, Refusal(status));
        }
    }

    private static string Refusal(Status status) => status switch
    {
        Status.Throttled => "busy: send this event again later",
        Status.TooLarge => "too large together with the other events of this person: send fewer at once",
        _ => "unavailable: it may have been taken or not; send this event again later",
    };
}
