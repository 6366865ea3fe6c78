using Personalization.Publishing;

namespace Personalization.Messages.Campaigns;

/// <summary>The campaigns of a version in their total order: by what they are worth now, higher first, then by id. Immutable.</summary>
public sealed class CompiledCampaigns
{
    public static readonly CompiledCampaigns None = new(0, [], null);

    public static readonly Artefact<CompiledCampaigns> Artefact = new("campaigns", None, (version, body) => CampaignSet.Read(body) is { } set ? Of(set, version) : null);

    private CompiledCampaigns(int version, CompiledCampaign[] all, QuietTime? quiet) => (Version, All, Quiet) = (version, all, quiet);

    /// <summary>0 where none was published.</summary>
    public int Version { get; }

    public IReadOnlyList<CompiledCampaign> All { get; }

    public QuietTime? Quiet { get; }

    /// <summary>Of a set nothing is wrong with.</summary>
    public static CompiledCampaigns Of(CampaignSet set, int version) => new(
        version,
        [.. set.Campaigns!.Select(c => new CompiledCampaign(c, set.Caps ?? [])).OrderByDescending(c => c.Score).ThenBy(c => c.Id, StringComparer.Ordinal)],
        set.QuietHours is { } hours ? new(hours) : null);
}
