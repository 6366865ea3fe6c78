using Personalization.Decisions;
using Personalization.Models.Guarding;
using Personalization.Models.Shadowing;
using Personalization.Storage;

namespace Personalization.Models;

/// <summary>Models on trial: what comes of a canary's decisions, and what shadows would have said.</summary>
public sealed class ModelTrials(TrialBook canary, ShadowScoring shadows, TimeProvider time) : IAsyncDisposable
{
    /// <summary>How often sums are written; what a crash may take of them.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private ITimer? timer;
    private int busy;

    public TrialBook Canary => canary;

    public ShadowScoring Shadows => shadows;

    /// <summary>From here on it works by itself.</summary>
    public void Start()
    {
        shadows.Start();
        timer = time.CreateTimer(_ => _ = WriteBeside(), null, Every, Every);
    }

    /// <summary>A decision was made with one of these models, in so much time.</summary>
    public void Made(Lineup lineup, Decision d, TimeSpan took)
    {
        if (lineup.Rollout.Canary is not null && d.Person.Subject is { } subject) canary.Decided(subject, d.At, took);
        shadows.Note(lineup, d);
    }

    public async ValueTask Flush(CancellationToken stop)
    {
        await canary.Flush(stop);
        await shadows.Flush(stop);
    }

    public async ValueTask DisposeAsync()
    {
        if (timer is not null) await timer.DisposeAsync();
        await shadows.DisposeAsync();
        await WriteBeside();
    }

    private async Task WriteBeside()
    {
        if (Interlocked.Exchange(ref busy, 1) != 0) return;
        try { await Flush(CancellationToken.None); }
        // They are sums: the next writing says all that this one would have said.
        catch (StoreUnavailableException) { }
        finally { Volatile.Write(ref busy, 0); }
    }
}
