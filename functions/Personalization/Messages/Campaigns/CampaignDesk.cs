using System.Security.Cryptography;
using Personalization.Audit;
using Personalization.Publishing;

namespace Personalization.Messages.Campaigns;

/// <summary>Where marketers publish campaigns, go back, and look at what was. Each change of what is in force is told to the audit log.</summary>
public sealed class CampaignDesk(Published<CompiledCampaigns> published, AuditLog audit)
{
    /// <summary>So many versions are listed at once.</summary>
    public const int MaxListed = 20;

    /// <returns>Null for a set that is too large to be stored.</returns>
    public async ValueTask<CampaignsPublished?> Publish(CampaignSet set, CancellationToken stop)
    {
        var body = set.Body();
        var before = (await published.Versions(stop)).Version;
        if (await published.Publish(body, stop) is not { } version) return null;
        await Tell(version, before, body);
        return new(version, set.Campaigns!.Count);
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

    /// <summary>A version, or the one in force. Null where there is none, without campaigns where it is broken.</summary>
    public async ValueTask<CampaignsShown?> Show(int? version, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var wanted = version ?? pointer.Version;
        if (wanted == 0 && version is null) return new(0, true, null, false, null, [], null, null);
        if (await published.Read(wanted, stop) is not { } body) return null;
        var inForce = wanted == pointer.Version;
        var set = CampaignSet.Read(body);
        return new(wanted, inForce, inForce ? pointer.Since : null, set is null, set?.Note, set?.Campaigns, set?.Caps, set?.QuietHours);
    }

    /// <summary>Versions, newest first, and the last moves between them.</summary>
    /// <param name="before">Only older ones than this.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<CampaignVersions> Versions(int? before, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var listed = new List<CampaignVersion>();
        for (var version = Math.Min(pointer.Newest, (before ?? int.MaxValue) - 1); version > 0 && listed.Count < MaxListed; version--)
        {
            var set = await published.Read(version, stop) is { } body ? CampaignSet.Read(body) : null;
            listed.Add(new(version, set?.Note, set?.Campaigns!.Count, set is null));
        }

        return new(pointer.Version, pointer.Since, pointer.Newest, pointer.Moves, listed);
    }

    // What was done stays done when its caller goes away.
    private async ValueTask Tell(int version, int before, ReadOnlyMemory<byte> body) => await audit.Append(
        new(AuditTypes.CampaignsPromoted, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = $"{version}", ["before"] = $"{before}", ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)),
        }),
        CancellationToken.None);
}

/// <param name="Version">Its number.</param>
/// <param name="Campaigns">How many it has.</param>
public sealed record CampaignsPublished(int Version, int Campaigns);

/// <param name="Version">0 where none was published.</param>
/// <param name="InForce">Whether it is the one in force.</param>
/// <param name="Since">Since when it is.</param>
/// <param name="Broken">Whether it cannot be read; if it should be in force, the one before still is.</param>
/// <param name="Note">What it is about.</param>
/// <param name="Campaigns">As they were published.</param>
/// <param name="Caps">Those over all of them.</param>
/// <param name="QuietHours">When nobody is disturbed.</param>
public sealed record CampaignsShown(
    int Version, bool InForce, DateTimeOffset? Since, bool Broken, string? Note, IReadOnlyList<Campaign>? Campaigns, IReadOnlyList<SharedCap>? Caps, QuietHours? QuietHours);

/// <param name="InForce">0 where none was published.</param>
/// <param name="Since">Since when.</param>
/// <param name="Newest">The highest there is.</param>
/// <param name="Moves">What came into force when, newest first, as far as it is remembered.</param>
/// <param name="Versions">Newest first.</param>
public sealed record CampaignVersions(int InForce, DateTimeOffset? Since, int Newest, IReadOnlyList<Move> Moves, IReadOnlyList<CampaignVersion> Versions);

/// <param name="Version">Its number.</param>
/// <param name="Note">What it is about.</param>
/// <param name="Campaigns">How many it has.</param>
/// <param name="Broken">Whether it cannot be read.</param>
public sealed record CampaignVersion(int Version, string? Note, int? Campaigns, bool Broken);
