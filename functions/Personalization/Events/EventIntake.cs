using System.Collections.Concurrent;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Consent.Signals;
using Personalization.Decisions.Logging;
using Personalization.Events.Reading;
using Personalization.Events.Streaming;
using Personalization.Identity;
using Personalization.Models.Guarding;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>
/// Takes a batch of events: who is it about, what have they allowed, then gate, minimise, publish. An event is accepted
/// only when the stream has it.
/// </summary>
public sealed class EventIntake(
    IStream stream, IDocuments documents, ConsentLedger ledger, People people, SignIns signIns, Catalogue catalogue, ConsentPolicy policy, TcfOptions tcf,
    PolicyEvaluations evaluations, DeadLetters deadLetters, EventShapes shapes, TimeProvider time, EventOptions options)
{
    private readonly ConcurrentBag<IntakeBatch> free = [];
    private readonly RecentIds recent = new();
    private readonly Recognition recognition = new(documents, ledger, people, signIns, time);
    private int working;

    public int MaxBatch => options.MaxBatch;

    /// <summary>Told of accepted events that name a decision; null where nobody counts them.</summary>
    public TrialBook? Trials { get; init; }

    /// <summary>The same; keeps what was chosen, so that order can be learned from it.</summary>
    public OutcomeBook? Outcomes { get; init; }

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
        var busy = await Publish(batch, stop);
        await recognition.NoteSignIns(batch, stop);
        return busy;
    }

    /// <summary>Everything up to publishing.</summary>
    internal async ValueTask Judge(IntakeBatch batch, CancellationToken stop)
    {
        var (now, epochs) = (time.GetUtcNow(), await people.Fresh(stop));
        Recognize(batch, epochs, now.ToUnixTimeMilliseconds());
        await recognition.Find(batch, stop);
        await recognition.Recall(batch, stop);
        var snapshot = await catalogue.Loaded(stop);
        Gate(batch, epochs, now);
        await recognition.Meet(batch, stop);
        Stage(batch, epochs, snapshot, now);
        shapes.Note(batch.Events, snapshot);
    }

    private async ValueTask Report(EventBatch events, CancellationToken stop)
    {
        for (var i = 0; i < events.Count; i++)
            if (events[i].Verdict is { Field: { } field } verdict) await deadLetters.Refuse(new(field, verdict.Reason!), events[i].Type, stop);
    }

    internal void Recognize(IntakeBatch batch, EpochSet epochs, long now)
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
            recognition.Place(batch, i, epochs, now);
        }
    }

    private void Gate(IntakeBatch batch, EpochSet epochs, DateTimeOffset now)
    {
        var events = batch.Events;
        var named = new NamedConsent(tcf, now);
        for (var i = 0; i < events.Count; i++)
        {
            ref var e = ref events[i];
            if (e.Verdict.Kind == VerdictKind.Rejected) continue;
            var known = batch.People[e.Person];
            var browser = e.Browser < 0 ? null : batch.People[e.Browser];
            e.Granted = (batch.Consent + known.Consent.Vote + Refused(browser, known) + named.Of(events, e)).Over(policy.Standard(e.Region));
            e.Verdict = browser is { Fault: { None: false } wrong } ? Verdict.Rejected(wrong) : known.Fault is { None: false } fault ? Verdict.Rejected(fault) : EventGate.Decide(e, e.Granted, now.ToUnixTimeMilliseconds(), options);
            Note(e, e.Granted);
            // Who is known by an older salt is carried over whatever they sent: a refusal must not end with a salt.
            if (known is { Pseudonym: not { Settled: true }, MetBy: 0 } && (e.Verdict.Kind == VerdictKind.Accepted || (known.Pseudonym is not null && known.Fault.None)))
                known.MetBy = EventNames.Id(epochs.NamesAt(e.At ?? now.ToUnixTimeMilliseconds()), events, e);
            if (browser is { Pseudonym.Settled: false, MetBy: 0 }) browser.MetBy = EventNames.Id(epochs.NamesAt(e.At ?? now.ToUnixTimeMilliseconds()), events, e);
        }
    }

    // What was refused in a browser holds for whoever signs in there, unless they allowed it themselves and later.
    private static Vote Refused(KnownPerson? browser, KnownPerson user)
    {
        if (browser is null || browser.Consent.Vote.Denied == Purposes.None) return Vote.Silent;
        var later = user.Consent.At > browser.Consent.At ? user.Consent.Vote.Granted : Purposes.None;
        return Vote.No(browser.Consent.Vote.Denied & ~later);
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

    private void Stage(IntakeBatch batch, EpochSet epochs, CatalogueSnapshot snapshot, DateTimeOffset now)
    {
        for (var i = 0; i < batch.Events.Count; i++)
            if (batch.Events[i].Verdict.Kind == VerdictKind.Accepted) Stage(batch, i, ref batch.Events[i], epochs, snapshot, now);
    }

    private void Stage(IntakeBatch batch, int index, ref IncomingEvent e, EpochSet epochs, CatalogueSnapshot snapshot, DateTimeOffset now)
    {
        var known = batch.People[e.Person];
        var (subject, key) = (known.Pseudonym!.Subject, known.Pseudonym.Key);
        var minimised = Minimise(batch.Events, e, subject, epochs, snapshot, now);
        e.IdKey = minimised.Id ^ (ulong)subject.Key;
        if (recent.Holds(e.IdKey) || !batch.First(e.IdKey) || known.Knows(minimised.Id))
        {
            e.Verdict = Verdict.Duplicate;
            return;
        }

        var load = batch.Loads[subject.Partition(stream.Partitions)];
        load.Records.Add(batch.Write(key, minimised));
        load.Indexes.Add(index);
    }

    private StreamedEvent Minimise(EventBatch events, in IncomingEvent e, Subject subject, EpochSet epochs, CatalogueSnapshot snapshot, DateTimeOffset now)
    {
        var at = e.At ?? now.ToUnixTimeMilliseconds();
        var names = epochs.NamesAt(at);
        return new(
            subject, e.Type, e.Granted, (ushort)policy.Version, at, EventNames.Id(names, events, e),
            e.Session.IsEmpty ? 0 : names.Of(events.Text(e.Session)), EventGate.Keeps(e.Granted, SignalClass.Location) ? e.Region : Region.Unknown,
            e.Value ?? 0, e.Quantity ?? 1, e.DwellMs ?? 0, events.Items(e),
            e.Query.IsEmpty || !EventGate.Keeps(e.Granted, SignalClass.Search) ? default : events.Terms(snapshot.Terms, events.Text(e.Query)))
        {
            FromThirdParty = e.FromThirdParty,
        };
    }

    private async ValueTask<TimeSpan?> Publish(IntakeBatch batch, CancellationToken stop)
    {
        var loads = batch.Loads.Where(l => l.Records.Count > 0).ToList();
        var outcomes = await Task.WhenAll(loads.Select(l => stream.Publish(StreamedEvent.Hub, Array.IndexOf(batch.Loads, l), l.Records, stop).AsTask()));
        for (var i = 0; i < loads.Count; i++) Settle(batch, loads[i], outcomes[i].Status);
        if (outcomes.Length == 0 || outcomes.Any(o => o.Status is Status.Ok or Status.TooLarge)) return null;
        // None was taken: busy where that is certain, else unavailable, which says that some may have been.
        if (Array.Find(outcomes, o => o.Status != Status.Throttled) is { Status: not Status.Ok } broken) broken.Required(StreamedEvent.Hub);
        return outcomes.Max(o => o.RetryAfter);
    }

    private void Settle(IntakeBatch batch, PartitionLoad load, Status status)
    {
        var events = batch.Events;
        foreach (var i in load.Indexes)
        {
            ref var e = ref events[i];
            if (status == Status.Ok)
            {
                recent.Add(e.IdKey);
                if (!e.Decision.IsEmpty) Came(batch.People[e.Person].Pseudonym!.Subject, e, events);
            }
            else e.Verdict = new(VerdictKind.Rejected, Refusal(status));
        }
    }

    private void Came(Subject subject, in IncomingEvent e, EventBatch events)
    {
        Trials?.Happened(subject, e.Type, events.Text(e.Decision));
        Outcomes?.Happened(subject, e.Type, e.Granted, events.Text(e.Decision), events.Items(e).Span);
    }

    private static string Refusal(Status status) => status switch
    {
        Status.Throttled => "busy: send this event again later",
        Status.TooLarge => "too large together with the other events of this person: send fewer at once",
        _ => "unavailable: it may have been taken or not; send this event again later",
    };
}
