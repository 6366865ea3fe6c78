using System.Security.Cryptography;
using Personalization.Audit;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Experiments;

/// <summary>Where marketers publish experiments, go back, and look at what was. Each change of what is in force is told to the audit log.</summary>
public sealed class ExperimentDesk(Published<CompiledExperiments> published, IDocuments documents, AuditLog audit)
{
    /// <summary>So many versions are listed at once.</summary>
    public const int MaxListed = 20;

    /// <returns>The version; or what is wrong with a set that could be read: it means nothing in a place, or not what was published before; or neither where it is too large to be stored.</returns>
    public async ValueTask<(int? Version, (string Field, string Reason)? Fault)> Publish(ExperimentSet set, CancellationToken stop)
    {
        if ((ExperimentCheck.Idle(set) ?? await Against(set, stop)) is { } fault) return (null, fault);
        var body = set.Body();
        if (body.Length > Document.MaxBytes) return (null, null);
        // Before it is in force: of two who publish one name with different meanings at once, one is refused.
        foreach (var (name, field, meaning) in Definition.Of(set))
            if (meaning.Against(field, await meaning.Keep(documents, name, stop)) is { } taken) return (null, taken);
        var before = (await published.Versions(stop)).Version;
        if (await published.Publish(body, stop) is not { } version) return (null, null);
        await Tell(version, before, body);
        return (version, null);
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

    /// <summary>A version, or the one in force. Null where there is none, without layers where it is broken.</summary>
    public async ValueTask<ExperimentsShown?> Show(int? version, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var wanted = version ?? pointer.Version;
        if (wanted == 0 && version is null) return new(0, true, null, false, null, null, []);
        if (await published.Read(wanted, stop) is not { } body) return null;
        var inForce = wanted == pointer.Version;
        var set = ExperimentSet.Read(body);
        return new(wanted, inForce, inForce ? pointer.Since : null, set is null, set?.Note, set?.Holdout, set?.Layers);
    }

    /// <summary>Versions, newest first, and the last moves between them.</summary>
    /// <param name="before">Only older ones than this.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<ExperimentVersions> Versions(int? before, CancellationToken stop)
    {
        var pointer = await published.Versions(stop);
        var listed = new List<ExperimentVersion>();
        for (var version = Math.Min(pointer.Newest, (before ?? int.MaxValue) - 1); version > 0 && listed.Count < MaxListed; version--)
        {
            var set = await published.Read(version, stop) is { } body ? ExperimentSet.Read(body) : null;
            listed.Add(new(version, set?.Note, set?.Layers!.Sum(l => l.Experiments!.Count), set is null));
        }

        return new(pointer.Version, pointer.Since, pointer.Newest, pointer.Moves, listed);
    }

    // All names are looked at before any is taken, so that a set that is refused takes none.
    private async ValueTask<(string Field, string Reason)?> Against(ExperimentSet set, CancellationToken stop)
    {
        foreach (var (name, field, meaning) in Definition.Of(set))
            if (await Definition.Find(documents, name, stop) is { } known && meaning.Against(field, known) is { } fault) return fault;
        return null;
    }

    // What was done stays done when its caller goes away.
    private async ValueTask Tell(int version, int before, ReadOnlyMemory<byte> body) => await audit.Append(
        new(AuditTypes.ExperimentsPromoted, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["version"] = $"{version}", ["before"] = $"{before}", ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(body.Span)),
        }),
        CancellationToken.None);
}

/// <param name="Version">0 where none was published.</param>
/// <param name="InForce">Whether it is the one in force.</param>
/// <param name="Since">Since when it is.</param>
/// <param name="Broken">Whether it cannot be read; if it should be in force, the one before still is.</param>
/// <param name="Note">What it is about.</param>
/// <param name="Holdout">As it was published.</param>
/// <param name="Layers">As they were published.</param>
public sealed record ExperimentsShown(int Version, bool InForce, DateTimeOffset? Since, bool Broken, string? Note, Holdout? Holdout, IReadOnlyList<Layer>? Layers);

/// <param name="InForce">0 where none was published.</param>
/// <param name="Since">Since when.</param>
/// <param name="Newest">The highest there is.</param>
/// <param name="Moves">What came into force when, newest first, as far as it is remembered.</param>
/// <param name="Versions">Newest first.</param>
public sealed record ExperimentVersions(int InForce, DateTimeOffset? Since, int Newest, IReadOnlyList<Move> Moves, IReadOnlyList<ExperimentVersion> Versions);

/// <param name="Version">Its number.</param>
/// <param name="Note">What it is about.</param>
/// <param name="Experiments">How many it has.</param>
/// <param name="Broken">Whether it cannot be read.</param>
public sealed record ExperimentVersion(int Version, string? Note, int? Experiments, bool Broken);
