using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>
/// The keys that sign checkpoints. The private one is a secret under the key's own id; which key is the next is decided by
/// a document that is written only where there is none, because two who put a secret into a vault at once both succeed.
/// A key is published an overlap before it signs, so that those who check can fetch it in time.
/// </summary>
public sealed class SigningKeys(IDocuments documents, ISecrets secrets, AuditLog log, AuditOptions options, TimeProvider time)
{
    public static readonly Store Store = new(
        "auditsigning", StoreKind.Documents, "compliance", "Publishes the keys that sign the audit log's checkpoints, and the log's name",
        Sensitivity.Public, null, "keys or the log", SubjectKey.None);

    private const string Partition = "keys";
    private const int MaxKeys = 1000;

    private readonly ConcurrentDictionary<string, ECDsa> opened = new(StringComparer.Ordinal);

    /// <summary>Every key there ever was, oldest first.</summary>
    public async ValueTask<IReadOnlyList<PublishedKey>> Published(CancellationToken stop) => [.. (await All(stop)).Select(k => k.Key)];

    /// <summary>The log's name, drawn by chance the first time.</summary>
    public async ValueTask<string> Origin(CancellationToken stop)
    {
        var name = "audit-" + RandomNumberGenerator.GetHexString(16, lowercase: true);
        var put = await documents.Put(Store, "log", "origin", System.Text.Encoding.ASCII.GetBytes(name), Condition.Absent, null, stop);
        if (put.Ok) return name;
        if (put.Status != Status.Conflict) put.Required(Store);
        return System.Text.Encoding.ASCII.GetString((await documents.Get(Store, "log", "origin", stop)).Required(Store).Body.Span);
    }

    /// <summary>The key that signs now; made where there is none, or its private part is lost.</summary>
    /// <param name="now">The time that is signed.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<(PublishedKey Key, ECDsa Private)> Current(DateTimeOffset now, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var keys = await All(stop);
            // Another process's clock may be ahead of ours, and then so is its first key.
            var current = keys.LastOrDefault(k => k.Key.SignsFrom <= now) ?? (keys.Count > 0 ? keys[0] : null);
            if (current is not null && current.Key.SignsUntil > now && await Open(current.Key, stop) is { } key) return (current.Key, key);
            await Create(keys.Count, Rounded(now), stop);
            await Backoff.Pause(attempt, Store, time, stop);
        }
    }

    /// <summary>Publishes the next key when it is time, and destroys what signs no more.</summary>
    public async ValueTask Upkeep(CancellationToken stop)
    {
        await Current(time.GetUtcNow(), stop);
        var (keys, now) = (await All(stop), time.GetUtcNow());
        if (keys[^1].Key.SignsUntil - options.KeyOverlap <= now) await Create(keys.Count, keys[^1].Key.SignsUntil, stop);
        foreach (var old in keys.Where(k => k.RetiredAt is null && k.Key.SignsUntil <= now)) await Retire(old, now, stop);
    }

    private async ValueTask Create(int number, DateTimeOffset from, CancellationToken stop)
    {
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var spki = fresh.ExportSubjectPublicKeyInfo();
        var key = new PublishedKey(PublishedKey.IdOf(spki), Convert.ToBase64String(spki), from, from + options.KeyLifetime);
        var put = await secrets.Put(Secret(key.Id), fresh.ExportPkcs8PrivateKey(), Condition.Absent, stop);
        if (!put.Ok) throw new StoreUnavailableException("secrets", put.Status);
        await log.Append(new(AuditTypes.KeyCreated, null, Said(key)), stop);
        var published = await documents.Put(Store, Partition, Name(number), Bytes(new(number, key, null)), Condition.Absent, null, stop);
        if (published.Ok) return;
        if (published.Status != Status.Conflict) published.Required(Store);
        // Somebody else's came first, and ours never signs.
        await secrets.Delete(Secret(key.Id), stop);
    }

    private async ValueTask Retire(KeptKey old, DateTimeOffset now, CancellationToken stop)
    {
        var found = (await documents.Get(Store, Partition, Name(old.Number), stop)).Required(Store);
        await secrets.Delete(Secret(old.Key.Id), stop);
        if (opened.TryRemove(old.Key.Id, out var key)) key.Dispose();
        await log.Append(new(AuditTypes.KeyRetired, null, Said(old.Key)), stop);
        await documents.Put(Store, Partition, Name(old.Number), Bytes(old with { RetiredAt = now }), Condition.Matches(found.Etag), null, stop);
    }

    private async ValueTask<ECDsa?> Open(PublishedKey key, CancellationToken stop)
    {
        if (opened.TryGetValue(key.Id, out var known)) return known;
        var found = await secrets.Get(Secret(key.Id), stop);
        if (found.Status == Status.NotFound) return null;
        if (!found.Ok) throw new StoreUnavailableException("secrets", found.Status);
        var ecdsa = ECDsa.Create();
        ecdsa.ImportPkcs8PrivateKey(found.Value.Value.Span, out _);
        return opened.GetOrAdd(key.Id, ecdsa);
    }

    private async ValueTask<IReadOnlyList<KeptKey>> All(CancellationToken stop) =>
        [.. (await documents.List(Store, Partition, null, MaxKeys, stop)).Required(Store).Items
            .Select(d => Stored.Read(d.Body, Stored.Default.KeptKey) ?? throw new InvalidDataException("A public key of the audit log is damaged."))];

    private static Dictionary<string, string> Said(PublishedKey key) => new(StringComparer.Ordinal)
    {
        ["key"] = key.Id, ["signsFrom"] = key.SignsFrom.ToString("O", CultureInfo.InvariantCulture), ["signsUntil"] = key.SignsUntil.ToString("O", CultureInfo.InvariantCulture),
    };

    private static byte[] Bytes(KeptKey key) => JsonSerializer.SerializeToUtf8Bytes(key, Stored.Default.KeptKey);

    private static DateTimeOffset Rounded(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private static string Name(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    private static string Secret(string id) => "audit-key-" + id;
}

/// <summary>A public key as it is kept.</summary>
public sealed record KeptKey(int Number, PublishedKey Key, DateTimeOffset? RetiredAt);

/// <param name="KeyLifetime">How long a key signs.</param>
/// <param name="KeyOverlap">How long before it signs a key is published.</param>
public sealed record AuditOptions(TimeSpan KeyLifetime, TimeSpan KeyOverlap)
{
    public static AuditOptions Read(Settings s)
    {
        var options = new AuditOptions(
            s.Time("Audit:KeyLifetime", TimeSpan.FromDays(365), TimeSpan.FromHours(1), TimeSpan.FromDays(3650), "how long one key signs the audit log's checkpoints"),
            s.Time("Audit:KeyOverlap", TimeSpan.FromDays(30), TimeSpan.Zero, TimeSpan.FromDays(365), "how long before it signs the next key is published; shorter than the lifetime"));
        if (options.KeyOverlap >= options.KeyLifetime) s.Refuse("Audit__KeyOverlap must be shorter than Audit__KeyLifetime.");
        return options;
    }
}
