using Personalization.Models.Registry;

namespace Personalization.Models.Rollouts;

/// <summary>What became of a promotion or a rollback.</summary>
public abstract record RolloutOutcome
{
    private RolloutOutcome() { }

    /// <param name="Rollout">What is in force now.</param>
    public sealed record Done(Rollout Rollout) : RolloutOutcome;

    public sealed record NoSuchModel : RolloutOutcome;

    /// <param name="Refusals">Which gates do not hold.</param>
    public sealed record Refused(IReadOnlyList<Refusal> Refusals) : RolloutOutcome;

    /// <param name="Why">What stands against it, and what to do about it.</param>
    public sealed record Impossible(string Why) : RolloutOutcome;
}
