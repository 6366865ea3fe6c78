using System.Security.Cryptography;
using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Publishing;

namespace Personalization.Rules;

/// <summary>Where marketers publish rules, go back, and look at what was. Each change of what is in force is told to the audit log.</summary>
public sealed class RuleDesk(Published<CompiledRules> published, Catalogue catalogue, AuditLog audit)
{
    /// <summary>So many versions are listed at once.</summary>
    public const int MaxListed = 20;

    /// <returns>Null for a set that is too large to be stored.</returns>
    public async ValueTask<RulesPublished?> Publish(RuleSet set, CancellationToken stop)
    {
        var body = set.Body();
        var before = (await published.Versions(stop)).Version;
        if (await published.Publish(body, stop) is not { } version) return null;
        await Tell(version, before, body);
        var compiled = CompiledRules.Of(set, version);
        return new(version, compiled.Count, RuleConflicts.Find(compiled, catalogue.Now));
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

    /// <summary>A version, or the one in force. Null where there is none, without rules where it is broken.</summary>
    public async ValueTask<RulesShown?> Show(int? version, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var wanted = version ?? pointer.Version;
        if (wanted == 0 && version is null) return new(0, true, null, false, null, []);
        if (await published.Read(wanted, stop) is not { } body) return null;
        var inForce = wanted == pointer.Version;
        var set = RuleSet.Read(body);
        return new(wanted, inForce, inForce ? pointer.Since : null, set is null, set?.Note, set?.Rules);
    }

    /// <summary>Versions, newest first, and the last moves between them.</summary>
    /// <param name="before">Only older ones than this.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<RuleVersions> Versions(int? before, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var listed = new List<RuleVersion>();
        for (var version = Math.Min(pointer.Newest, (before ?? int.MaxValue) - 1); version > 0 && listed.Count < MaxListed; version--)
        {
            var set = await published.Read(version, stop) is { } body ? RuleSet.Read(body) : null;
            listed.Add(new(version, set?.Note, set?.Rules!.Count, set is null));
        }

        return new(pointer.Version, pointer.Since, pointer.Newest, pointer.Moves, listed);
    }

    // What was done stays done when its caller goes away.
    private async ValueTask Tell(int version, int before, ReadOnlyMemory<byte> body) => await audit.Append(
        new(AuditTypes.RulesPromoted, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = $"{version}", ["before"] = $"{before}", ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)),
        }),
        CancellationToken.None);
}

/// <param name="Version">Its number.</param>
/// <param name="Rules">How many it has.</param>
/// <param name="Conflicts">Rules that contradict each other.</param>
public sealed record RulesPublished(int Version, int Rules, IReadOnlyList<RuleConflict> Conflicts);

/// <param name="Version">0 where none was published.</param>
/// <param name="InForce">Whether it is the one in force.</param>
/// <param name="Since">Since when it is.</param>
/// <param name="Broken">Whether it cannot be read; if it should be in force, the one before still is.</param>
/// <param name="Note">What it is about.</param>
/// <param name="Rules">As they were published.</param>
public sealed record RulesShown(int Version, bool InForce, DateTimeOffset? Since, bool Broken, string? Note, IReadOnlyList<Rule>? Rules);

/// <param name="InForce">0 where none was published.</param>
/// <param name="Since">Since when.</param>
/// <param name="Newest">The highest there is.</param>
/// <param name="Moves">What came into force when, newest first, as far as it is remembered.</param>
/// <param name="Versions">Newest first.</param>
public sealed record RuleVersions(int InForce, DateTimeOffset? Since, int Newest, IReadOnlyList<Move> Moves, IReadOnlyList<RuleVersion> Versions);

/// <param name="Version">Its number.</param>
/// <param name="Note">What it is about.</param>
/// <param name="Rules">How many it has.</param>
/// <param name="Broken">Whether it cannot be read.</param>
public sealed record RuleVersion(int Version, string? Note, int? Rules, bool Broken);
