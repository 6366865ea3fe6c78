using System.Diagnostics.Metrics;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Publishing;

namespace Personalization.Models;

/// <summary>
/// The models of the rollout in force as this process has them in memory. Readers never wait: what is in memory already serves
/// at once, and what is not is loaded beside them and takes over when all of it is there and right. A model that is missing or
/// damaged never takes over; it is tried again.
/// </summary>
public sealed class ServedModels(ModelFiles files, Published<Rollout> rollouts, TimeProvider time, Meter meter)
{
    /// <summary>After one could not be loaded.</summary>
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long a process that starts waits for them; what takes longer comes in beside the calls.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Counter<long> broken = meter.CreateCounter<long>("personalization.models.broken", description: "Times a promoted model could not be loaded, by what was wrong with it");
    private readonly Dictionary<Promotion, long> failed = [];
    private readonly Lock gate = new();
    private volatile Lineup current = Lineup.None;
    private long again = long.MaxValue;
    private int loading;

    /// <summary>The models to decide with.</summary>
    public Lineup Lineup
    {
        get
        {
            var held = current;
            if (!ReferenceEquals(held.Rollout, rollouts.Now) || time.GetTimestamp() >= Volatile.Read(ref again)) held = Regroup(null);
            if (held.Next is not null && Interlocked.Exchange(ref loading, 1) == 0) _ = LoadBeside();
            return held;
        }
    }

    /// <summary>The champion, and whether it should be another.</summary>
    public Serving Now => Lineup.Champion;

    /// <summary>Loads what is to serve, for a process that starts.</summary>
    public async ValueTask Preload(CancellationToken stop)
    {
        await rollouts.Loaded(stop);
        Regroup(null);
        if (Interlocked.Exchange(ref loading, 1) != 0) return;
        try { await LoadBeside().WaitAsync(Patience, time, stop); }
        // Answers without it are better than none. It goes on loading beside the calls, and what is wrong with it is told from there.
        catch (TimeoutException) { }
    }

    private async Task LoadBeside()
    {
        // Whoever found it out answers first.
        await Task.Yield();
        try
        {
            while (current.Next is { } wanted) await Load(wanted);
        }
        finally { Volatile.Write(ref loading, 0); }
    }

    private async ValueTask Load(Promotion wanted)
    {
        try
        {
            var (model, wrong) = await files.Read(wanted, CancellationToken.None);
            if (model is null) Fail(wanted, wrong!);
            else Regroup(new(wanted, model));
        }
        catch (Exception) { Fail(wanted, "unavailable"); }
    }

    private void Fail(Promotion wanted, string why)
    {
        broken.Add(1, new KeyValuePair<string, object?>("why", why));
        lock (gate) failed[wanted] = time.GetTimestamp() + (long)(TryAgainAfter.TotalSeconds * time.TimestampFrequency);
        Regroup(null);
    }

    /// <summary>The lineup of the rollout in force from what is in memory. Whatever of the one before it does not name goes.</summary>
    private Lineup Regroup(Serving? loaded)
    {
        lock (gate)
        {
            // Read in here, so that nobody takes what came into force since back out of memory.
            var (wanted, now) = (rollouts.Now, time.GetTimestamp());
            if (loaded is not null) failed.Remove(loaded.Promotion);
            foreach (var over in failed.Keys.Where(p => !wanted.Names(p.Model)).ToList()) failed.Remove(over);
            current = current.Regrouped(wanted, loaded, failed.ContainsKey, p => failed.TryGetValue(p, out var until) && until > now);
            Volatile.Write(ref again, failed.Values.Where(until => until > now).DefaultIfEmpty(long.MaxValue).Min());
            return current;
        }
    }
}
