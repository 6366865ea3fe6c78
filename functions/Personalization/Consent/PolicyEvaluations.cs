using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Numerics;
using System.Security.Cryptography;
using Personalization.Audit;
using Personalization.Storage;

namespace Personalization.Consent;

/// <summary>
/// Counts every consent decision and tells the audit log a share of them. Noting one never waits and never fails: facts
/// gather in a bounded buffer that is written in the background, and what does not fit is counted as lost.
/// </summary>
public sealed class PolicyEvaluations(AuditLog audit, ConsentPolicy policy, double sample, TimeProvider time, Meter meter)
{
    public const int Capacity = 16 * 1024;
    private const int FlushAt = 256;
    private static readonly TimeSpan FlushAfter = TimeSpan.FromMinutes(1);

    private readonly Counter<long> counted = meter.CreateCounter<long>("personalization.consent.evaluations", description: "Consent decisions over data");
    private readonly Counter<long> lost = meter.CreateCounter<long>("personalization.consent.evaluations.lost", description: "Sampled consent decisions that could not be kept");
    private readonly Lock gate = new();
    private readonly (DateTimeOffset At, Evaluation Evaluation)[] buffer = new (DateTimeOffset, Evaluation)[Capacity];
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ulong seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private readonly ulong below = sample >= 1 ? ulong.MaxValue : (ulong)(sample * ulong.MaxValue);
    private readonly List<AuditFact> pending = [];
    private ulong noted;
    private int count;
    private int flushing;

    public void Note(in Evaluation e)
    {
        if (counted.Enabled)
        {
            // A list, because four tags given one by one would make an array for every event.
            counted.Add(1, new TagList
            {
                { "outcome", EvaluationFact.Name(e.Outcome) }, { "class", EvaluationFact.Name(e.Class) },
                { "purpose", PurposeNames.First(e.Missing) }, { "regime", RegimeNames.Of(policy.RegimeOf(e.Region)) },
            });
        }

        if (Sampled() && Keep(e) && Interlocked.Exchange(ref flushing, 1) == 0) _ = FlushInBackground();
    }

    /// <summary>Writes what has gathered; what cannot be kept stays for the next time.</summary>
    public async ValueTask Flush(CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            while (await Write(stop) && Take() is { Count: > 0 } facts) pending.AddRange(facts);
        }
        finally { writing.Release(); }
    }

    /// <summary>False when some could not be kept; they stay.</summary>
    private async ValueTask<bool> Write(CancellationToken stop)
    {
        var kept = await Task.WhenAll(pending.Select(f => Kept(f, stop)));
        var left = pending.Where((_, i) => !kept[i]).ToList();
        pending.Clear();
        pending.AddRange(left);
        return left.Count == 0;
    }

    private async Task<bool> Kept(AuditFact fact, CancellationToken stop)
    {
        try { await audit.Append(fact, stop); }
        catch (StoreUnavailableException) { return false; }
        return true;
    }

    // SplitMix64 over a count: as good as chance for this, without a lock.
    private bool Sampled()
    {
        if (below == ulong.MaxValue) return true;
        var z = seed + (Interlocked.Increment(ref noted) * 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (z ^ (z >> 31)) < below;
    }

    /// <summary>Whether it is time to write.</summary>
    private bool Keep(in Evaluation e)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            if (count == Capacity) lost.Add(1);
            else buffer[count++] = (now, e);
            return count >= FlushAt || now - buffer[0].At >= FlushAfter;
        }
    }

    private List<AuditFact> Take()
    {
        (DateTimeOffset At, Evaluation Evaluation)[] taken;
        lock (gate) (taken, count) = (buffer[..count], 0);
        return [.. taken.Select(t => EvaluationFact.Of(t.At, t.Evaluation, policy.Version))];
    }

    private async Task FlushInBackground()
    {
        await Task.Yield();
        try { await Flush(CancellationToken.None); }
        // Whatever was wrong, the facts are still there and a later note tries again.
        catch (Exception) { }
        finally { Volatile.Write(ref flushing, 0); }
    }
}
