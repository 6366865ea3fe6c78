using System.Diagnostics.Metrics;
using Personalization.Decisions.Logging;
using Personalization.Messages.Caps;
using Personalization.Storage;

namespace Personalization.Messages.Deciding;

/// <summary>Takes the word of frontends and senders on what became of a message.</summary>
public sealed class ReservationDesk(CapBook book, DecisionIds ids, TimeProvider time, Meter meter)
{
    private readonly Counter<long> settled = meter.CreateCounter<long>("personalization.messages.reservations", description: "Reservations of messages that were confirmed, given back or asked about in vain, by what was asked and outcome");

    /// <summary>It was shown, and counts for good.</summary>
    public ValueTask<ReservationAnswer> Confirm(string? id, CancellationToken stop) => Settle(id, ReservationState.Confirmed, stop);

    /// <summary>It was not and will not be shown; another may be in its place.</summary>
    public ValueTask<ReservationAnswer> Release(string? id, CancellationToken stop) => Settle(id, ReservationState.Released, stop);

    private async ValueTask<ReservationAnswer> Settle(string? id, ReservationState wanted, CancellationToken stop)
    {
        var answer = ReservationAnswer.Unknown;
        if (ReservationId.TryOpen(ids, id, out var key, out var subject))
        {
            try
            {
                await book.Update(subject, (_, sheet) =>
                {
                    (answer, var changed) = Decide(sheet, key, wanted, time.GetUtcNow());
                    return changed;
                }, stop);
            }
            // Nobody can say what became of it; that is the store's fault and not the caller's.
            catch (InvalidDataException) { throw new StoreUnavailableException(CapSheets.Store.Name, Status.Unavailable); }
        }

        settled.Add(1, new("asked", wanted == ReservationState.Confirmed ? "confirm" : "release"), new("outcome", answer.ToString().ToLowerInvariant()));
        return answer;
    }

    internal static (ReservationAnswer Answer, CapSheet? Changed) Decide(CapSheet sheet, ShowingKey key, ReservationState wanted, DateTimeOffset now)
    {
        if (!sheet.Reservations.TryGetValue(key, out var one) || one.IsForgotten(now.ToUnixTimeMilliseconds())) return (ReservationAnswer.Unknown, null);
        if (one.State == wanted) return (ReservationAnswer.Done, null);
        if (one.State != ReservationState.Open) return (ReservationAnswer.Over, null);
        if (wanted == ReservationState.Released) return (ReservationAnswer.Done, sheet.Released(one));
        // Its room may be somebody else's by now.
        return one.TakesRoom(now.ToUnixTimeMilliseconds()) ? (ReservationAnswer.Done, sheet.Confirmed(one)) : (ReservationAnswer.Over, null);
    }
}

public enum ReservationAnswer : byte
{
    Done,

    /// <summary>It has lapsed, or became the other.</summary>
    Over,

    Unknown,
}
