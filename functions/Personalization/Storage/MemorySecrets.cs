using System.Collections.Concurrent;

namespace Personalization.Storage;

/// <summary>Secrets that live and end with the process.</summary>
public sealed class MemorySecrets : ISecrets
{
    private readonly ConcurrentDictionary<string, Secret> secrets = new(StringComparer.Ordinal);
    private ulong version;

    public int Count => secrets.Count;

    public ValueTask<Outcome<Secret>> Get(string name, CancellationToken stop)
    {
        Secret.RequireName(name);
        return new(secrets.TryGetValue(name, out var secret) ? Outcome.Ok(secret) : Outcome.Failed<Secret>(Status.NotFound));
    }

    public ValueTask<Outcome<Etag>> Put(string name, ReadOnlyMemory<byte> value, Condition when, CancellationToken stop)
    {
        Secret.RequireName(name);
        if (value.Length > Secret.MaxBytes) return new(Outcome.Failed<Etag>(Status.TooLarge));
        var fresh = new Secret(value.ToArray(), new(Interlocked.Increment(ref version)));
        var done = when.Kind switch
        {
            ConditionKind.Absent => secrets.TryAdd(name, fresh),
            ConditionKind.Matches => secrets.TryGetValue(name, out var there) && there.Etag == when.Etag && secrets.TryUpdate(name, fresh, there),
            _ => secrets.AddOrUpdate(name, fresh, (_, _) => fresh) == fresh,
        };
        return new(done ? Outcome.Ok(fresh.Etag) : Outcome.Failed<Etag>(Status.Conflict));
    }

    public ValueTask<Outcome<bool>> Delete(string name, CancellationToken stop)
    {
        Secret.RequireName(name);
        return new(secrets.TryRemove(name, out _) ? Outcome.Ok(true) : Outcome.Failed<bool>(Status.NotFound));
    }
}
