using System.Security.Cryptography;
using Personalization.Audit;

namespace Personalization.Publishing;

/// <summary>Where marketers publish a set, go back, and look at what was. Each change of what is in force is told to the audit log.</summary>
/// <param name="published">What is in force.</param>
/// <param name="promoted">The type of its entries in the audit log.</param>
/// <param name="audit">The audit log.</param>
public sealed class PublishingDesk<TCompiled, TSet>(Published<TCompiled> published, string promoted, AuditLog audit) where TCompiled : class where TSet : class, IPublishedSet<TSet>
{
    /// <summary>So many versions are listed at once.</summary>
    private const int MaxListed = 20;

    /// <returns>The version; null for a set that is too large to be stored.</returns>
    public async ValueTask<int?> Publish(TSet set, CancellationToken stop)
    {
        var body = set.Body();
        var before = (await published.Versions(stop)).Version;
        if (await published.Publish(body, stop) is not { } version) return null;
        await Tell(version, before, body);
        return version;
    }

    /// <param name="to">The version; null for the newest older one that was in force.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<(Pointing Outcome, int Version)> Revert(int? to, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        if ((to ?? pointer.Before) is not { } version) return (Pointing.NoSuchVersion, 0);
        var outcome = await published.Point(version, stop);
        if (outcome == Pointing.Done) await Tell(version, pointer.Version, await published.Read(version, stop) ?? default);
        return (outcome, version);
    }

    /// <summary>A version, or the one in force. Null where there is none.</summary>
    public async ValueTask<ShownVersion<TSet>?> Show(int? version, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var wanted = version ?? pointer.Version;
        if (wanted == 0 && version is null) return new(0, true, null, TSet.None);
        if (await published.Read(wanted, stop) is not { } body) return null;
        var inForce = wanted == pointer.Version;
        return new(wanted, inForce, inForce ? pointer.Since : null, TSet.Read(body));
    }

    /// <summary>What came into force when, and versions, newest first.</summary>
    /// <param name="before">Only older ones than this.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<(Pointer Pointer, IReadOnlyList<(int Version, TSet? Set)> Listed)> Versions(int? before, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var listed = new List<(int, TSet?)>();
        for (var version = Math.Min(pointer.Newest, (before ?? int.MaxValue) - 1); version > 0 && listed.Count < MaxListed; version--)
            listed.Add((version, await published.Read(version, stop) is { } body ? TSet.Read(body) : null));
        return (pointer, listed);
    }

    // What was done stays done when its caller goes away.
    private async ValueTask Tell(int version, int before, ReadOnlyMemory<byte> body) => await audit.Append(
        new(promoted, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = $"{version}", ["before"] = $"{before}", ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)),
        }),
        CancellationToken.None);
}

/// <param name="Version">0 where none was published.</param>
/// <param name="InForce">Whether it is the one in force.</param>
/// <param name="Since">Since when it is.</param>
/// <param name="Set">Null where it cannot be read; if it should be in force, the one before still is.</param>
public sealed record ShownVersion<TSet>(int Version, bool InForce, DateTimeOffset? Since, TSet? Set) where TSet : class;
