using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Models.Rollouts;

namespace Personalization.Models.Guarding;

/// <summary>
/// Counts what becomes of decisions while there is a canary. Who is on which side is a person's hash and nothing that is kept:
/// an event that names a decision of its own person leads back to the side by the decision's name alone, in any process.
/// </summary>
/// <remarks>Everybody known counts on the side they were put on, whether a model had a say in the decision or not, so that the sides differ in the model alone.</remarks>
public sealed class TrialBook(ServedModels models, DecisionIds ids, TrialSheets sheets, TimeProvider time)
{
    /// <summary>By then every process knows of a canary; decisions made before are on neither side.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    /// <summary>How long after a decision what comes of it counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(1);

    private const double MicrosPerSecond = 1_000_000;

    private volatile Trial? current;

    /// <summary>A decision was made for somebody known.</summary>
    public void Decided(Subject subject, DateTimeOffset at, TimeSpan took)
    {
        if (Of(at) is var (canary, counts)) counts.Decided(canary.Takes(subject), canary.PartOf(subject, TrialCounts.Parts), (long)(took.TotalSeconds * MicrosPerSecond));
    }

    /// <summary>Somebody did something that came of a decision; what is not of theirs, or nothing good, does not count.</summary>
    public void Happened(Subject subject, EventType type, ReadOnlySpan<byte> decision)
    {
        if (type is not (EventType.Click or EventType.AddToCart or EventType.Purchase) || models.Lineup.Rollout.Canary is null) return;
        if (!ids.Open(decision, out var id, out var whose) || whose != subject || time.GetUtcNow() - id.At > Window) return;
        if (Of(id.At) is var (canary, counts)) counts.Good(canary.Takes(subject), canary.PartOf(subject, TrialCounts.Parts));
    }

    /// <summary>Writes what was counted here to where all processes' counts are.</summary>
    public async ValueTask Flush(CancellationToken stop)
    {
        if (current is { } trial) await sheets.Write(SheetOf(trial.Canary), trial.Counts.Body(), stop);
    }

    /// <summary>What was counted of a canary, in all processes.</summary>
    public async ValueTask<TrialCounts> Read(Canary canary, CancellationToken stop)
    {
        await Flush(stop);
        var sum = new TrialCounts();
        await foreach (var body in sheets.Read(SheetOf(canary), stop))
            if (TrialCounts.Read(body) is { } counts) sum.Add(counts);
        return sum;
    }

    private static string SheetOf(Canary canary) => $"canary~{canary.Model}~{canary.Since.ToUnixTimeMilliseconds()}";

    private Trial? Of(DateTimeOffset at)
    {
        if (models.Lineup.Rollout.Canary is not { } canary || at < canary.Since + Settled) return null;
        var known = current;
        if (known is not null && ReferenceEquals(known.Canary, canary)) return known;
        // A rollout that says the same of its canary goes on with the same counts.
        var next = known?.Canary == canary ? new Trial(canary, known.Counts) : new(canary, new());
        return Interlocked.CompareExchange(ref current, next, known) == known ? next : current;
    }

    private sealed record Trial(Canary Canary, TrialCounts Counts);
}
