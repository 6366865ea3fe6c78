using Personalization.Consent;
using Personalization.Messages;
using Personalization.Messages.Deciding;

namespace Personalization.Decisions.Explaining;

/// <summary>A logged decision about messages as people read it.</summary>
/// <param name="Decision">Its id.</param>
/// <param name="At">When.</param>
/// <param name="Engine">Always messages.</param>
/// <param name="Channel">Where somebody was to be reached.</param>
/// <param name="Campaigns">The version of the campaigns in force; 0 for none.</param>
/// <param name="Consent">What was used and what the person had refused.</param>
/// <param name="Slots">What was said in each, at what worth, and whether it counts under a cap.</param>
/// <param name="Suppressed">What was not said, and why.</param>
/// <param name="Degraded">Whether something could not be read.</param>
/// <param name="HeldOut">Whether the person was one for whom nothing that is known of them is used.</param>
public sealed record MessageReport(
    string Decision, DateTimeOffset At, string Engine, string Channel, int Campaigns, ReportedConsent Consent, IReadOnlyList<RecordedSlot> Slots,
    IReadOnlyList<ReportedLoss> Suppressed, bool Degraded, bool HeldOut)
{
    internal static MessageReport Of(string id, MessageRecord r) => new(
        id, r.At, DecisionNames.Of(DecisionEngine.Messages), MessageChannels.Name(r.Channel), r.Version, new(PurposeNames.Of(r.Used), PurposeNames.Of(r.Withheld)), r.Slots,
        [.. r.Lost.Select(l => new ReportedLoss(l.Campaign, Messages.Deciding.Suppressed.Of(l.By, l.Detail)))], r.Degraded, r.HeldOut);
}

public sealed record ReportedLoss(string Campaign, string Reason);
