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
    IStream stream, IDocuments documents, ConsentLedger ledger, People people, SignIns signIns, Catalogue catalogue, ConsentPolicy policy, TcfOptions tcf,
    PolicyEvaluations evaluations, DeadLetters deadLetters, EventShapes shapes, TimeProvider time, EventOptions options)
{
    private readonly ConcurrentBag<IntakeBatch> free = [];
    private readonly RecentIds recent = new();

    /// <summary>So many of one request; the next events show the others again.</summary>
    private const int SignInsAtOnce = 8;
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
        var busy = await Publish(batch, stop);
        await NoteSignIns(batch, stop);
        return busy;
    }

    /// <summary>Everything up to publishing.</summary>
    internal async ValueTask Judge(IntakeBatch batch, CancellationToken stop)
    {
        var (now, epochs) = (time.GetUtcNow(), await people.Fresh(stop));
        Recognize(batch, epochs, now.ToUnixTimeMilliseconds());
        await Find(batch, stop);
        await Recall(batch, stop);
        var snapshot = await catalogue.Loaded(stop);
        Gate(batch, epochs, now);
        await Meet(batch, stop);
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
            e.Person = PlaceOf(batch, TagOf(events, e), i, beside: false, epochs, now);
            e.Browser = e.User.IsEmpty || e.Visitor.IsEmpty ? -1 : PlaceOf(batch, people.Tag(events.Text(e.Visitor), IdKind.Visitor), i, beside: true, epochs, now);
        }
    }

    private int PlaceOf(IntakeBatch batch, UInt128 tag, int index, bool beside, EpochSet epochs, long now)
    {
        var place = batch.PlaceOf(tag);
        if (place < 0) return batch.Add(tag, tag == 0 ? null : people.Known(tag, epochs.Current, now), index, beside);
        if (!beside) batch.People[place].IsSomebody();
        return place;
    }

    // Whoever names nobody is by their session, or the one nameless visitor of the request.
    private UInt128 TagOf(EventBatch events, in IncomingEvent e) => e switch
    {
        { User.IsEmpty: false } => people.Tag(events.Text(e.User), IdKind.User),
        { Visitor.IsEmpty: false } => people.Tag(events.Text(e.Visitor), IdKind.Visitor),
        { Session.IsEmpty: false } => people.Tag(events.Text(e.Session), IdKind.Session),
        _ => 0,
    };

    /// <summary>Looks for those who were not seen lately. Nobody is entered before it is known that anything of theirs may be kept.</summary>
    private async ValueTask Find(IntakeBatch batch, CancellationToken stop)
    {
        for (var i = 0; i < batch.People.Length; i++)
            if (batch.People[i] is { Pseudonym: not { Settled: true } } person) Show(batch.Events, person);
        for (var i = 0; i < batch.People.Length; i++)
        {
            var person = batch.People[i];
            if (person is { Pseudonym: null, Shown: { Id: not null, Fault: null } }) person.Pseudonym = await people.Find(person.Tag, person.Shown, stop);
        }
    }

    private void Show(EventBatch events, KnownPerson person)
    {
        ref var e = ref events[person.First];
        person.Shown = people.Show(person.Beside ? null : events.String(e.User), events.String(e.Visitor));
        if (person.Shown is not { Id: null, Fault: null }) return;
        var session = e.Session.IsEmpty ? null : people.Session(events.String(e.Session)!);
        // What everybody sends tells nobody from anybody, and is nothing to be remembered by.
        if (session is null) person.Forget();
        person.Shown = people.Nameless(session is null ? default : session.Value.Span);
    }

    /// <summary>What everyone concerned has allowed. Where that cannot be read nothing is taken: a refusal might be overlooked.</summary>
    private async ValueTask Recall(IntakeBatch batch, CancellationToken stop)
    {
        for (var i = 0; i < batch.People.Length; i++)
        {
            var known = batch.People[i];
            if (known.Pseudonym is not { } pseudonym) continue;
            var reading = documents.Get(Profile.Store, pseudonym.Key, Profile.Id, stop).Preserve();
            if (reading.IsCompletedSuccessfully && reading.Result is { Ok: true } found) Recall(known, found.Value.Body);
            else known.Reading = reading;
        }

        for (var i = 0; i < batch.People.Length; i++)
        {
            var known = batch.People[i];
            if (known.Reading is not { } reading) continue;
            var found = await reading;
            if (found.Status != Status.NotFound) Recall(known, found.Required(Profile.Store).Body);
            else known.Recall(await ledger.Remembered(known.Pseudonym!.Subject, ConsentState.None, stop), default);
        }
    }

    // A profile that cannot be read may hold a refusal.
    private static void Recall(KnownPerson known, ReadOnlyMemory<byte> body)
    {
        if (DocumentHead.TryRead(body.Span, out var head)) known.Recall(head.Consent, body.Slice(DocumentHead.Bytes, head.RingBytes.Length));
        else known.Recall(new(Vote.No(Purposes.All), 0, default), default);
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

    /// <summary>Enters who is new and has let something of theirs be kept.</summary>
    private async ValueTask Meet(IntakeBatch batch, CancellationToken stop)
    {
        List<Task>? meeting = null;
        for (var i = 0; i < batch.People.Length; i++)
            if (batch.People[i] is { MetBy: not 0 } person) (meeting ??= []).Add(Meet(person, stop));
        if (meeting is not null) await Task.WhenAll(meeting);
        // Where there are several people nobody could tell whose it is.
        if (batch.IsOfOne) batch.Visitor = batch.People[0].Pseudonym?.Token;
    }

    private async Task Meet(KnownPerson person, CancellationToken stop) => person.Pseudonym = await people.Meet(person.Tag, person.Shown, person.MetBy, stop);

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

    /// <summary>Whose browser it is, where accepted events show somebody signed in with one. They are taken either way; the next ones show it again.</summary>
    private async ValueTask NoteSignIns(IntakeBatch batch, CancellationToken stop)
    {
        var (events, noted) = (batch.Events, 0);
        for (var i = 0; i < events.Count && noted < SignInsAtOnce; i++)
        {
            if (events[i] is not { Verdict.Kind: VerdictKind.Accepted, User.IsEmpty: false, Visitor.IsEmpty: false }) continue;
            var (user, visitor) = (people.Tag(events.Text(events[i].User), IdKind.User), people.Tag(events.Text(events[i].Visitor), IdKind.Visitor));
            if (signIns.Known(user, visitor, time.GetUtcNow().ToUnixTimeMilliseconds())) continue;
            noted++;
            try
            {
                var token = await signIns.Note(events.String(events[i].User)!, events.String(events[i].Visitor)!, user, visitor, EventKey(events, i), stop);
                if (batch.IsOfOne) batch.Visitor ??= token;
            }
            catch (Exception e) when (e is StoreUnavailableException or InvalidDataException) { signIns.Failed(); }
        }
    }

    private ulong EventKey(EventBatch events, int i)
    {
        ref var e = ref events[i];
        return EventNames.Id(people.Epochs.NamesAt(e.At ?? time.GetUtcNow().ToUnixTimeMilliseconds()), events, e);
    }

    private static string Refusal(Status status) => status switch
    {
        Status.Throttled => "busy: send this event again later",
        Status.TooLarge => "too large together with the other events of this person: send fewer at once",
        _ => "unavailable: it may have been taken or not; send this event again later",
    };
}
