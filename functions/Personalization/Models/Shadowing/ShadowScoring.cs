using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Personalization.Decisions;
using Personalization.Models.Guarding;
using Personalization.Profiles;

namespace Personalization.Models.Shadowing;

/// <summary>
/// Lets shadows score some of the decisions that the champion made, behind the backs of those who decide, and keeps sums of how
/// alike they are. Noting one never waits; what there is no room for is left out and counted.
/// </summary>
public sealed class ShadowScoring : IAsyncDisposable
{
    /// <summary>Decisions that can wait to be scored.</summary>
    public const int Room = 64;

    // One decision in so many, so that nobody has to draw a number for each.
    private readonly long every;
    private readonly ServedModels models;
    private readonly TrialSheets sheets;
    private readonly Channel<ShadowCase> waiting = Channel.CreateBounded<ShadowCase>(new BoundedChannelOptions(Room) { SingleReader = true });
    private readonly Counter<long> dropped;
    private readonly Lock gate = new();
    private readonly Dictionary<(Promotion Shadow, Promotion Champion), ShadowSums> sums = [];
    private readonly Taste taste = new();
    private readonly RecentItems room = new();
    private Task working = Task.CompletedTask;
    private long passed;

    /// <param name="models">Which shadows there are.</param>
    /// <param name="sheets">Where every process's sums are.</param>
    /// <param name="sample">The share of decisions that is scored.</param>
    /// <param name="meter">What there is no room for is counted.</param>
    public ShadowScoring(ServedModels models, TrialSheets sheets, double sample, Meter meter)
    {
        (this.models, this.sheets) = (models, sheets);
        every = sample > 0 ? Math.Max(1, (long)Math.Round(1 / sample)) : long.MaxValue;
        dropped = meter.CreateCounter<long>("personalization.models.shadow.dropped", description: "Decisions that shadows had no time to score");
    }

    /// <summary>A decision was made; where a shadow is to score it too, what that needs is copied.</summary>
    public void Note(Lineup lineup, Decision d)
    {
        // Most say no here: no shadow, nothing the champion had a say in, or somebody whose canary it was.
        if (lineup.Shadows.Count == 0 || !d.Taste.Speaks || !ReferenceEquals(d.Model, lineup.Champion) || d.Pool.Count < Likeness.Top) return;
        if (Interlocked.Increment(ref passed) % every != 0) return;
        if (!waiting.Writer.TryWrite(ShadowCase.Of(lineup, d))) dropped.Add(1);
    }

    /// <summary>From here on it works by itself.</summary>
    public void Start() => working = Task.Run(Work);

    /// <summary>Scores what waits; says how many.</summary>
    internal int Drain()
    {
        var scored = 0;
        for (; waiting.Reader.TryRead(out var one); scored++) Score(one);
        return scored;
    }

    /// <summary>Writes this process's sums to where all processes' are.</summary>
    public async ValueTask Flush(CancellationToken stop)
    {
        KeyValuePair<(Promotion Shadow, Promotion Champion), ShadowSums>[] all;
        lock (gate) all = [.. sums];
        foreach (var (pair, sum) in all) await sheets.Write(SheetOf(pair.Shadow, pair.Champion), sum.Body(), stop);
        var now = models.Lineup;
        // What is no shadow any more is written for the last time.
        lock (gate)
            foreach (var (pair, sum) in all)
                if (now.Shadows.All(s => s.Promotion != pair.Shadow) && sums.TryGetValue(pair, out var still) && still == sum) sums.Remove(pair);
    }

    /// <summary>How a shadow compares with the champion, in all processes.</summary>
    public async ValueTask<ShadowSums> Read(Promotion shadow, Promotion champion, CancellationToken stop)
    {
        await Flush(stop);
        var all = ShadowSums.None;
        await foreach (var body in sheets.Read(SheetOf(shadow, champion), stop)) all = all.Add(ShadowSums.Read(body));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await working;
    }

    private static string SheetOf(Promotion shadow, Promotion champion) => $"shadow~{shadow.Model}~{champion.Model}";

    private async Task Work()
    {
        await foreach (var one in waiting.Reader.ReadAllAsync()) Score(one);
    }

    private void Score(ShadowCase one)
    {
        foreach (var shadow in one.Lineup.Shadows)
        {
            var said = one.Scored(shadow, taste, room);
            var pair = (shadow.Promotion, one.Lineup.Champion.Promotion);
            lock (gate) sums[pair] = (sums.GetValueOrDefault(pair) ?? ShadowSums.None).Add(said);
        }
    }
}
