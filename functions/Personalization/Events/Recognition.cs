using Personalization.Consent;
using Personalization.Events.Reading;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>Who the events of a request are about, what is remembered of them, and what their coming means for who they are.</summary>
internal sealed class Recognition(IDocuments documents, ConsentLedger ledger, People people, SignIns signIns, TimeProvider time)
{
    /// <summary>So many of one request; the next events show the others again.</summary>
    private const int SignInsAtOnce = 8;

    /// <summary>Finds the places of an event's person and browser among the request's people.</summary>
    public void Place(IntakeBatch batch, int index, EpochSet epochs, long now)
    {
        var events = batch.Events;
        ref var e = ref events[index];
        e.Person = PlaceOf(batch, TagOf(events, e), index, beside: false, epochs, now);
        e.Browser = e.User.IsEmpty || e.Visitor.IsEmpty ? -1 : PlaceOf(batch, people.Tag(events.Text(e.Visitor), IdKind.Visitor), index, beside: true, epochs, now);
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
    public async ValueTask Find(IntakeBatch batch, CancellationToken stop)
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
    public async ValueTask Recall(IntakeBatch batch, CancellationToken stop)
    {
        for (var i = 0; i < batch.People.Length; i++)
        {
            var known = batch.People[i];
            if (known.Pseudonym is not { } pseudonym) continue;
            var reading = documents.Get(Profile.Store, pseudonym.Key, Profile.Id, stop).Preserve();
            if (reading.IsCompletedSuccessfully && reading.Result is { Ok: true } found && !Tombstone.Is(found.Value.Body.Span)) Recall(known, found.Value.Body);
            else known.Reading = reading;
        }

        for (var i = 0; i < batch.People.Length; i++)
        {
            var known = batch.People[i];
            if (known.Reading is not { } reading) continue;
            var found = await reading;
            if (found.Status != Status.NotFound && Tombstone.Is(found.Required(Profile.Store).Body.Span)) found = await LookAgain(batch.Events, known, stop);
            if (found.Status != Status.NotFound) Recall(known, found.Required(Profile.Store).Body);
            else if (known.Pseudonym is { } pseudonym) known.Recall(await ledger.Remembered(pseudonym.Subject, ConsentState.None, stop), default);
        }
    }

    // Erased since they were last seen here: who comes by their name now is somebody new, or was met elsewhere meanwhile.
    private async ValueTask<Outcome<Document>> LookAgain(EventBatch events, KnownPerson known, CancellationToken stop)
    {
        people.Forget(known.Pseudonym!.Subject);
        known.Pseudonym = null;
        Show(events, known);
        if (known.Shown is { Id: not null, Fault: null }) known.Pseudonym = await people.Find(known.Tag, known.Shown, stop);
        return known.Pseudonym is { } found ? await documents.Get(Profile.Store, found.Key, Profile.Id, stop) : Outcome.Failed<Document>(Status.NotFound);
    }

    // A profile that cannot be read may hold a refusal.
    private static void Recall(KnownPerson known, ReadOnlyMemory<byte> body)
    {
        if (DocumentHead.TryRead(body.Span, out var head)) known.Recall(head.Consent, body.Slice(DocumentHead.Bytes, head.RingBytes.Length));
        else known.Recall(new(Vote.No(Purposes.All), 0, default), default);
    }

    /// <summary>Enters who is new and has let something of theirs be kept.</summary>
    public async ValueTask Meet(IntakeBatch batch, CancellationToken stop)
    {
        List<Task>? meeting = null;
        for (var i = 0; i < batch.People.Length; i++)
            if (batch.People[i] is { MetBy: not 0 } person) (meeting ??= []).Add(Meet(person, stop));
        if (meeting is not null) await Task.WhenAll(meeting);
        // Where there are several people nobody could tell whose it is.
        if (batch.IsOfOne) batch.Visitor = batch.People[0].Pseudonym?.Token;
    }

    private async Task Meet(KnownPerson person, CancellationToken stop) => person.Pseudonym = await people.Meet(person.Tag, person.Shown, person.MetBy, stop);

    /// <summary>Whose browser it is, where accepted events show somebody signed in with one. They are taken either way; the next ones show it again.</summary>
    public async ValueTask NoteSignIns(IntakeBatch batch, CancellationToken stop)
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
}
