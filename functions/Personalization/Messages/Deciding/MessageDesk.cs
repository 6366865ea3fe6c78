using System.Diagnostics.Metrics;
using Personalization.Consent;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Caps;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Messages.Deciding;

/// <summary>Keeps what was decided; never waits or fails.</summary>
public delegate void NoteDecision(Subject subject, in DecisionId id, ReadOnlySpan<byte> body);

/// <summary>Whether somebody is of those for whom nothing that is known of them is used.</summary>
public delegate ValueTask<bool> Holdout(MessagePerson person, MessageRequest request, DateTimeOffset at, CancellationToken stop);

/// <summary>
/// Says which message, if any, somebody is shown in each of their slots. What counts under a cap is reserved before it is answered;
/// where that cannot be done it is not shown, and the answer says so.
/// </summary>
public sealed class MessageDesk
{
    private readonly Published<CompiledCampaigns> campaigns;
    private readonly MessagePeople people;
    private readonly CapBook book;
    private readonly DecisionIds ids;
    private readonly NoteDecision note;
    private readonly TimeProvider time;
    private readonly MessageOptions options;
    private readonly Holdout holdout;
    private readonly Counter<long> made, shown, suppressed;

    public MessageDesk(Published<CompiledCampaigns> campaigns, MessagePeople people, CapBook book, DecisionIds ids, NoteDecision note, TimeProvider time, MessageOptions options, Holdout holdout, Meter meter)
    {
        this.holdout = holdout;
        (this.campaigns, this.people, this.book, this.ids, this.note, this.time, this.options) = (campaigns, people, book, ids, note, time, options);
        made = meter.CreateCounter<long>("personalization.messages.decisions", description: "Decisions about messages, by channel and whether something was missing");
        shown = meter.CreateCounter<long>("personalization.messages.shown", description: "Messages that were answered, by channel");
        suppressed = meter.CreateCounter<long>("personalization.messages.suppressed", description: "Messages that were held back, by reason");
    }

    /// <param name="request">Without fault.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<MessageAnswer> Decide(MessageRequest request, CancellationToken stop)
    {
        var (now, inForce) = (time.GetUtcNow(), await campaigns.Fresh(stop));
        var region = Region.TryParse(request.Context?.Region, out var said) ? said : Region.Unknown;
        var person = await people.Find(request.User, request.Visitor, region, stop);
        var heldOut = await holdout(person, request, now, stop);
        var weighing = new Weighing(
            MessageChannels.Of(request.Channel)!.Value, request.Slots!, region, request.Context?.Device, request.At ?? now, person.Allowed, heldOut ? default : person.Segments, person.Known, heldOut);
        var decision = await Make(request, person, weighing, weighing.Of(inForce), now, stop);
        note(decision.Subject, decision.Id, decision.Record(weighing, person, inForce.Version).Write());
        Count(decision, weighing, person);
        return decision.Answer(weighing, person, inForce.Version);
    }

    private async ValueTask<MessageMade> Make(MessageRequest request, MessagePerson person, Weighing weighing, Weighed weighed, DateTimeOffset now, CancellationToken stop)
    {
        if (weighed.Intents.All(c => c.Caps(weighing.Channel).Count == 0)) return Uncounted(person, Choice.Of(weighed, weighing.Slots, new(CapSheet.None, [], weighing.Channel, weighing.At, now)), false, now);
        // One that comes too late may still reserve: it then takes room until it lapses, which is the harmless side.
        try { return await Reserve(request, person, weighing, weighed, now, stop).WaitAsync(options.Deadline, time, stop); }
        catch (Exception e) when (e is TimeoutException or IOException or StoreUnavailableException or InvalidDataException)
        {
            return Uncounted(person, Choice.WithoutCaps(weighed, weighing.Slots), true, now);
        }
    }

    private MessageMade Uncounted(MessagePerson person, Choice choice, bool unavailable, DateTimeOffset now)
    {
        var subject = person.Subject ?? Subject.Random();
        return new(ids.New(subject, now), subject, choice, now, unavailable, null);
    }

    private async Task<MessageMade> Reserve(MessageRequest request, MessagePerson person, Weighing weighing, Weighed weighed, DateTimeOffset now, CancellationToken stop)
    {
        // Who is to be shown something only so often is remembered from the first time on.
        var met = person.Subject is { } known ? new Pseudonym(known, settled: true) : await people.Meet(request.User, request.Visitor, stop);
        MessageMade? decision = null;
        await book.Update(met.Subject, (members, sheet) =>
        {
            var choice = Choice.Of(weighed, weighing.Slots, new(sheet, members, weighing.Channel, weighing.At, now));
            var id = Fresh(sheet, met.Subject, now);
            // What is decided ahead can be confirmed when it was shown.
            decision = new(id, met.Subject, choice, (weighing.At > now ? weighing.At : now) + options.ReserveFor, false, met.Token);
            var reserved = MessageMade.Reservations(id, met.Subject, choice, weighing, decision.Until);
            return reserved.Count == 0 ? null : sheet.With(reserved);
        }, stop);
        return decision!;
    }

    // Two processes may come upon one number for one person.
    private DecisionId Fresh(CapSheet sheet, Subject subject, DateTimeOffset now)
    {
        while (true)
        {
            var id = ids.New(subject, now);
            if (!sheet.Reservations.Keys.Any(k => k.Decision == id.Nonce)) return id;
        }
    }

    private void Count(MessageMade decision, Weighing weighing, MessagePerson person)
    {
        var channel = MessageChannels.Name(weighing.Channel);
        made.Add(1, new("channel", channel), new("degraded", decision.Degraded(person)));
        if (decision.Choice.Seats.Count(c => c is not null) is > 0 and var count) shown.Add(count, new KeyValuePair<string, object?>("channel", channel));
        foreach (var lost in decision.Choice.Lost) suppressed.Add(1, new KeyValuePair<string, object?>("reason", Suppressed.Name(lost.By)));
    }
}
