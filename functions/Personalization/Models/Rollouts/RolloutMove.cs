namespace Personalization.Models.Rollouts;

/// <summary>Which moves there are from one rollout to the next. The order of the lines is the policy.</summary>
internal static class RolloutMove
{
    /// <summary>What keeps a model from a stage, whatever its metrics are; null where nothing does.</summary>
    public static string? Fault(Rollout now, string model, RolloutStage to) => to switch
    {
        _ when model == now.Model && to != RolloutStage.Champion => "it is the champion; promote another one, or roll it back",
        RolloutStage.Canary when now.Canary is { } other && other.Model != model => $"{other.Model} is the canary; promote it, or roll it back first",
        RolloutStage.Shadow when now.InShadow.Count >= Rollout.MostShadows && now.InShadow.All(s => s.Model != model) => $"{Rollout.MostShadows} models are shadows already; roll one of them back first",
        _ => null,
    };

    /// <summary>The rollout after it; the same where the model is there already.</summary>
    public static Rollout Promoted(Rollout now, Promotion model, RolloutStage to, double share, DateTimeOffset at) => to switch
    {
        RolloutStage.Champion when now.Champion == model => now,
        RolloutStage.Champion => now.WithChampion(model),
        RolloutStage.Canary when now.Canary is { } same && same.Promotion == model && same.Share.Equals(share) => now,
        RolloutStage.Canary => now.WithCanary(model, share, at),
        _ when now.InShadow.Contains(model) => now,
        _ => now.WithShadow(model),
    };

    /// <summary>The rollout without it; null where it is not in it.</summary>
    public static Rollout? TakenOut(Rollout now, string model) => model switch
    {
        _ when model == now.Model && now.Champion != Promotion.None => now.Back(),
        _ when now.Canary?.Model == model || now.InShadow.Any(s => s.Model == model) => now.Without(model),
        _ => null,
    };
}
