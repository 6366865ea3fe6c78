using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity;

namespace Personalization.Decisions.Logging;

/// <summary>
/// Notes beside decisions what was chosen of what they had shown, by people who allow to be learned from; order is learned
/// from it. An event counts where it names a decision of the same person, for as long as that is to have led to it.
/// </summary>
public sealed class OutcomeBook(DecisionIds ids, DecisionLogWriter log, TimeProvider time)
{
    /// <summary>How long after a decision something still came of it.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    /// <param name="granted">What the person allows, for the event.</param>
    /// <param name="decision">As it was sent; may be anything.</param>
    /// <param name="items">What the event was about.</param>
    public void Happened(Subject subject, EventType type, Purposes granted, ReadOnlySpan<byte> decision, ReadOnlySpan<ulong> items)
    {
        // What was bought is for the vault alone; it was clicked or put into the cart before.
        if (type is not (EventType.Click or EventType.AddToCart) || items.IsEmpty || !ConsentMatrix.Allows(granted, SignalClass.Training)) return;
        var now = time.GetUtcNow();
        if (!ids.Open(decision, out var id, out var whose) || whose != subject || now - id.At > Window) return;
        if (items.Length > OutcomeRecord.MaxItems) items = items[..OutcomeRecord.MaxItems];
        Span<byte> record = stackalloc byte[OutcomeRecord.Bytes(OutcomeRecord.MaxItems)];
        OutcomeRecord.Write(id, items, record);
        log.Note(subject, ids.New(subject, now), record[..OutcomeRecord.Bytes(items.Length)]);
    }
}
