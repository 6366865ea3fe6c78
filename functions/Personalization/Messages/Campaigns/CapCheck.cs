using Personalization.Messages.Caps;

namespace Personalization.Messages.Campaigns;

/// <summary>What is wrong with caps.</summary>
internal static class CapCheck
{
    public const int MaxCount = 100;
    public const int MaxShared = 20;

    public static (string, string)? OfCampaign(Campaign campaign)
    {
        if (campaign.Caps is not { } caps) return null;
        if (campaign.Transactional && caps.Count > 0) return ("caps", "cannot be; a transactional campaign is shown whatever was shown before");
        var periods = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < caps.Count; i++)
        {
            if (caps[i] is not { } cap) return ($"caps[{i}]", "is null; every element is a cap");
            if (Limit(cap.Count, cap.Per) is var (field, reason)) return ($"caps[{i}].{field}", reason);
            if (!periods.Add(cap.Per!)) return ($"caps[{i}].per", "is that of an earlier cap of this campaign");
        }

        return null;
    }

    public static (string, string)? Shared(IReadOnlyList<SharedCap>? caps)
    {
        if (caps?.Count > MaxShared) return ("caps", $"must be at most {MaxShared}");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < caps?.Count; i++)
        {
            if (caps[i] is not { } cap) return ($"caps[{i}]", "is null; every element is a cap");
            if ((CampaignCheck.Id(cap.Id, ids) ?? CampaignCheck.Channels("channels", cap.Channels) ?? Limit(cap.Count, cap.Per)) is var (field, reason)) return ($"caps[{i}].{field}", reason);
        }

        return null;
    }

    private static (string, string)? Limit(int count, string? per) => count switch
    {
        < 1 or > MaxCount => ("count", $"must be between 1 and {MaxCount}"),
        _ when CapWindow.Period(per) is null => ("per", $"must be one of {string.Join(", ", CapWindow.Names)}"),
        _ => null,
    };
}
