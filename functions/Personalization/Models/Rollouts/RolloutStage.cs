namespace Personalization.Models.Rollouts;

/// <summary>Where a model is. Never stored: it follows from the rollout in force and those before.</summary>
public enum RolloutStage : byte
{
    /// <summary>Registered, and in no rollout so far.</summary>
    Candidate,

    /// <summary>Scores beside the champion, for nobody.</summary>
    Shadow,

    /// <summary>Part of the people get it.</summary>
    Canary,

    /// <summary>Everybody else gets it.</summary>
    Champion,

    /// <summary>Was in a rollout and is not any more.</summary>
    Retired,
}

public static class RolloutStages
{
    private static readonly string[] Names = ["candidate", "shadow", "canary", "champion", "retired"];

    public static string Name(this RolloutStage stage) => Names[(int)stage];

    /// <summary>None for a name that is no stage.</summary>
    public static RolloutStage? Find(string? name) => Array.IndexOf(Names, name) is >= 0 and var i ? (RolloutStage)i : null;

    /// <param name="model">Its name.</param>
    /// <param name="now">The rollout in force.</param>
    /// <param name="named">All that ever were in one.</param>
    public static RolloutStage Of(string model, Rollout now, IReadOnlySet<string> named) => model switch
    {
        _ when model == now.Model => RolloutStage.Champion,
        _ when model == now.Canary?.Model => RolloutStage.Canary,
        _ when now.InShadow.Any(s => s.Model == model) => RolloutStage.Shadow,
        _ when named.Contains(model) => RolloutStage.Retired,
        _ => RolloutStage.Candidate,
    };
}
