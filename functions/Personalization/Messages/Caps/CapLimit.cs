using System.Text;

namespace Personalization.Messages.Caps;

/// <summary>How often something may be shown to one person in a window.</summary>
/// <param name="Id">By what a reason names it: the cap's own id, or that of its campaign.</param>
/// <param name="Key">By what showings are counted; another count leaves it as it is, so a cap that is changed goes on.</param>
/// <param name="Count">So often.</param>
/// <param name="Per">In so long.</param>
public sealed record CapLimit(string Id, ulong Key, int Count, CapPeriod Per)
{
    private static readonly KeyedHash Campaigns = new(0x6d736763, 0x616d7061);
    private static readonly KeyedHash Shared = new(0x6d736763, 0x61707300);

    public static CapLimit OfCampaign(string campaign, int count, CapPeriod per) => new(campaign, Hash(Campaigns, campaign, per), count, per);

    public static CapLimit OfAll(string id, int count, CapPeriod per) => new(id, Hash(Shared, id, per), count, per);

    private static ulong Hash(KeyedHash hash, string id, CapPeriod per) => hash.Of(Encoding.UTF8.GetBytes($"{id}\n{CapWindow.Names[(int)per]}"));
}
