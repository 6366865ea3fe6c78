using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Personalization.Storage;

/// <summary>Secrets that live and end with the process.</summary>
public sealed class MemorySecrets : ISecrets
{
    private readonly Dictionary<string, Secret> secrets = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public int Count
    {
        get { lock (gate) return secrets.Count; }
    }

    public ValueTask<Outcome<Secret>> Get(string name, CancellationToken stop)
    {
        Secret.RequireName(name);
        lock (gate) return new(secrets.TryGetValue(name, out var found) ? Outcome.Ok(found) : Outcome.Failed<Secret>(Status.NotFound));
    }

    public ValueTask<Outcome<Etag>> Put(string name, ReadOnlyMemory<byte> value, Condition when, CancellationToken stop)
    {
        Secret.RequireName(name);
        if (value.Length > Secret.MaxBytes) return new(Outcome.Failed<Etag>(Status.TooLarge));
        lock (gate)
        {
            var there = secrets.TryGetValue(name, out var found);
            if (when.Kind == ConditionKind.Absent && there) return new(Outcome.Failed<Etag>(Status.Conflict));
            if (when.Kind == ConditionKind.Matches && !(there && found.Etag == when.Etag)) return new(Outcome.Failed<Etag>(Status.Conflict));
            // Drawn anew for every write, so that one that is gone never matches again.
            var etag = new Etag(BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))));
            secrets[name] = new(value.ToArray(), etag);
            return new(Outcome.Ok(etag));
        }
    }

    public ValueTask<Outcome<bool>> Delete(string name, CancellationToken stop)
    {
        Secret.RequireName(name);
        lock (gate) return new(secrets.Remove(name) ? Outcome.Ok(true) : Outcome.Failed<bool>(Status.NotFound));
    }
}
