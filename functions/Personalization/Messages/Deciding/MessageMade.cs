using System.Globalization;
using Personalization.Consent;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Caps;

namespace Personalization.Messages.Deciding;

/// <summary>A decision about messages, made: what is answered and what is logged come from here.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Subject">For whom.</param>
/// <param name="Choice">What was chosen.</param>
/// <param name="Until">Until when what counts under a cap is reserved.</param>
/// <param name="CapsUnavailable">Whether nobody could say how often they were told what.</param>
/// <param name="Visitor">The token they are to use from now on.</param>
internal sealed record MessageMade(DecisionId Id, Subject Subject, Choice Choice, DateTimeOffset Until, bool CapsUnavailable, string? Visitor)
{
    /// <summary>What has to be stored before it may be answered.</summary>
    public static IReadOnlyList<Reservation> Reservations(DecisionId id, Subject side, Choice choice, Weighing weighing, DateTimeOffset until)
    {
        var all = new List<Reservation>();
        for (var s = 0; s < choice.Seats.Count; s++)
            if (choice.Seats[s] is { } c && Counts(c, weighing.Channel))
                all.Add(new(new(id.Nonce, (byte)s), side, CapRoom.Places(c, weighing.Channel, weighing.At), until.ToUnixTimeMilliseconds(), ReservationState.Open));
        return all;
    }

    public MessageAnswer Answer(Weighing weighing, MessagePerson person, int version)
    {
        var targeted = Choice.Seats.Any(c => c is { Targeted: true });
        return new(
            Id.ToString(), [.. weighing.Slots.Select((name, s) => new MessageSlot(name, Choice.Seats[s] is { } c ? Said(c, s, weighing) : null))],
            [.. Choice.Lost.Select(l => new SuppressedMessage(l.Campaign.Id, l.Reason))], targeted ? "singleton" : "macro", new($"{version}"),
            new(PurposeNames.Of(Used(weighing)), PurposeNames.Of(Withheld)), Degraded(person), Missing(person), Visitor);
    }

    public MessageRecord Record(Weighing weighing, MessagePerson person, int version) => new(
        weighing.At, weighing.Channel, Degraded(person), weighing.HeldOut, Used(weighing), Withheld, version,
        [.. weighing.Slots.Select((name, s) => Choice.Seats[s] is { } c ? new RecordedSlot(name, c.Id, c.Score, Counts(c, weighing.Channel)) : new(name, null, 0, false))],
        [.. Choice.Lost.Select(l => new RecordedLoss(l.Campaign.Id, l.By, l.Detail))]);

    public bool Degraded(MessagePerson person) => CapsUnavailable || !person.Known || !person.IsPlaced;

    private Purposes Withheld => Choice.Lost.Aggregate(Purposes.None, (all, l) => all | l.Missing);

    private Purposes Used(Weighing weighing) => Choice.Seats.Aggregate(Purposes.None, (all, c) => all | (c?.Needs(weighing.Channel) ?? Purposes.None));

    private string? Missing(MessagePerson person) => person switch
    {
        { Known: false } or { IsPlaced: false } => "profile-unavailable",
        _ when CapsUnavailable => "caps-unavailable",
        { Subject: null } => "unknown-person",
        _ => null,
    };

    private Message Said(CompiledCampaign c, int slot, Weighing weighing)
    {
        var counts = Counts(c, weighing.Channel);
        return new(c.Id, c.Content, counts ? ReservationId.Of(Id, slot) : null, counts ? Until : null, c.Score, Reasons(c, weighing));
    }

    private static List<string> Reasons(CompiledCampaign c, Weighing weighing)
    {
        var reasons = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"value:{c.Value}"), string.Create(CultureInfo.InvariantCulture, $"urgency:{c.Urgency}"),
            c.Transactional ? "transactional" : $"consent:{string.Join('+', PurposeNames.Of(c.Needs(weighing.Channel)))}",
        };
        if (c.Targeted) reasons.Add("segment");
        if (weighing.HeldOut) reasons.Add("held-out");
        return reasons;
    }

    private static bool Counts(CompiledCampaign c, MessageChannel channel) => c.Caps(channel).Count > 0;
}
