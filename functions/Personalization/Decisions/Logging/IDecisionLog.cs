using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Decisions.Logging;

/// <summary>
/// Keeps every decision for <see cref="LoggedDecision.Kept"/>, to be read by its name, by its person, or all from some time
/// on. Reading throws <see cref="StoreUnavailableException"/> where the store does not answer.
/// </summary>
public interface IDecisionLog
{
    /// <summary>
    /// Appends decisions, whose bytes are the caller's again afterwards. <see cref="Status.TooLarge"/> when one is over
    /// <see cref="LoggedDecision.MaxBytes"/>: then none was written. After any other refusal some may have been; repeating it is harmless.
    /// </summary>
    ValueTask<Outcome<bool>> Append(IReadOnlyList<LoggedDecision> batch, CancellationToken stop);

    /// <summary>The body of one decision; null where there is none of this name for this person.</summary>
    ValueTask<ReadOnlyMemory<byte>?> Find(Subject subject, DecisionId id, CancellationToken stop);

    /// <summary>Every decision for one person, in the order they were made.</summary>
    IAsyncEnumerable<LoggedDecision> Of(Subject subject, CancellationToken stop);

    /// <summary>Every decision made at a time or later, in no order. One whose append was repeated may come twice.</summary>
    IAsyncEnumerable<LoggedDecision> Since(DateTimeOffset from, CancellationToken stop);
}
