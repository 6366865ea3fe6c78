using Personalization.Publishing;

namespace Personalization.Models.Rollouts;

/// <summary>What served when: every version of the rollout there was. Versions never change, so each is read once.</summary>
public sealed class RolloutHistory(Published<Rollout> published)
{
    private const int AtOnce = 32;

    private readonly Lock gate = new();
    private readonly List<(Rollout? Rollout, DateTimeOffset? At)> known = [];

    /// <summary>What was in force at a time; null before the first rollout.</summary>
    public async ValueTask<(int Version, Rollout Rollout)?> At(DateTimeOffset at, CancellationToken stop)
    {
        var all = await All(stop);
        // One whose time is not known was published before times were kept, and so before every one that has one.
        for (var i = all.Count - 1; i >= 0; i--)
            if (all[i] is ({ } rollout, var since) && (since is null || since <= at)) return since is null ? null : (i + 1, rollout);
        return null;
    }

    /// <summary>The names of all models that ever were in a rollout.</summary>
    public async ValueTask<IReadOnlySet<string>> Named(CancellationToken stop)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (rollout, _) in await All(stop))
        {
            if (rollout is null) continue;
            names.Add(rollout.Model);
            if (rollout.Canary is { } canary) names.Add(canary.Model);
            foreach (var shadow in rollout.InShadow) names.Add(shadow.Model);
        }

        return names;
    }

    private async ValueTask<IReadOnlyList<(Rollout? Rollout, DateTimeOffset? At)>> All(CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        for (int next; (next = Count() + 1) <= pointer.Newest;)
        {
            var read = await Task.WhenAll(Enumerable.Range(next, Math.Min(AtOnce, pointer.Newest - next + 1)).Select(v => published.Read(v, stop).AsTask()));
            lock (gate)
            {
                // Whoever read the same at the same time may have added it.
                if (known.Count + 1 == next) known.AddRange(read.Select((body, i) => Entry(body, next + i, pointer)));
            }
        }

        lock (gate) return [.. known];
    }

    private int Count()
    {
        lock (gate) return known.Count;
    }

    private static (Rollout?, DateTimeOffset?) Entry(ReadOnlyMemory<byte>? body, int version, Pointer pointer)
    {
        var rollout = body is { } there ? Rollout.Artefact.Compile(version, there) : null;
        return (rollout, rollout?.At ?? pointer.Moves.LastOrDefault(m => m.Version == version)?.At);
    }
}
