using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>A log that answers as it is told.</summary>
internal sealed class WaywardLog : UnreadLog
{
    public List<(Subject Subject, int Number, string Body)> Kept { get; } = [];

    public Status Answer { get; set; }

    public int Largest { get; set; } = int.MaxValue;

    public Exception? Throws { get; set; }

    public int Calls { get; private set; }

    public override async ValueTask<Outcome<bool>> Append(IReadOnlyList<LoggedDecision> batch, CancellationToken stop)
    {
        Calls++;
        await Task.Yield();
        if (Throws is not null) throw Throws;
        if (Answer != Status.Ok) return Outcome.Failed<bool>(Answer);
        if (batch.Any(d => d.Body.Length > Largest)) return Outcome.Failed<bool>(Status.TooLarge);
        Kept.AddRange(batch.Select(d => (d.Subject, (int)(uint)d.Id.Nonce, Declared.Text(d.Body))));
        return Outcome.Ok(true);
    }
}
