using System.Runtime.CompilerServices;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>A log that is only written to.</summary>
internal abstract class UnreadLog : IDecisionLog
{
    public abstract ValueTask<Outcome<bool>> Append(IReadOnlyList<LoggedDecision> batch, CancellationToken stop);

    public ValueTask<ReadOnlyMemory<byte>?> Find(Subject subject, DecisionId id, CancellationToken stop) => default;

    public async IAsyncEnumerable<LoggedDecision> Of(Subject subject, [EnumeratorCancellation] CancellationToken stop)
    {
        await Task.CompletedTask;
        yield break;
    }

    public IAsyncEnumerable<LoggedDecision> Since(DateTimeOffset from, CancellationToken stop) => Of(default, stop);
}
