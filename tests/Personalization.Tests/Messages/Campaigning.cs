using System.Text;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Messages;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Deciding;
using Personalization.Rules;

namespace Personalization.Tests.Messages;

/// <summary>Campaigns as a marketer would write them, and what they are asked.</summary>
internal static class Campaigning
{
    public static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public static CampaignSet Set(string json) => JsonSerializer.Deserialize(Encoding.UTF8.GetBytes(json), Stored.Default.CampaignSet)!;

    public static string Campaign(string id, double value = 1, string more = "") => $$"""{"id":"{{id}}","value":{{value.ToString(System.Globalization.CultureInfo.InvariantCulture)}},"urgency":1{{more}}}""";

    public static string All(string more, params string[] campaigns) => $$"""{"campaigns":[{{string.Join(',', campaigns)}}]{{more}}}""";

    public static CompiledCampaigns Compiled(string more, params string[] campaigns)
    {
        var set = Set(All(more, campaigns));
        Assert.Null(CampaignCheck.Fault(set));
        return CompiledCampaigns.Of(set, 7);
    }

    public static Weighing Weighing(
        MessageChannel channel = MessageChannel.Web, string[]? slots = null, string? region = null, string? device = null, DateTimeOffset? at = null, Purposes allowed = Purposes.All, string[]? segments = null,
        bool known = true, bool heldOut = false) =>
        new(channel, slots ?? ["hero"], Region.TryParse(region, out var parsed) ? parsed : Region.Unknown, device, at ?? Now, allowed, (segments ?? []).Select(CompiledRules.SegmentKey).ToArray(), known, heldOut);

    public static string Reasons(this Weighed weighed) => string.Join(' ', weighed.Intents.Select(c => c.Id).Concat(weighed.Lost.Select(l => $"{l.Campaign.Id}={l.Reason}")));
}
