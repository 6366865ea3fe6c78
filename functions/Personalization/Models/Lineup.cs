using Personalization.Identity;
using Personalization.Models.Rollouts;

namespace Personalization.Models;

/// <summary>The models of one rollout as this process has them in memory. Immutable.</summary>
/// <remarks>
/// A canary or shadow that is not loaded is left out: the canary's people get the champion. Where the champion is not, the one
/// before serves. The last champion stays in memory, so that going back to it waits for nothing.
/// </remarks>
public sealed class Lineup
{
    public static readonly Lineup None = new(Rollout.None, Serving.None, null, [], null, null);

    private readonly Serving? canary, former;

    private Lineup(Rollout rollout, Serving champion, Serving? canary, IReadOnlyList<Serving> shadows, Serving? former, Promotion? missing)
    {
        (Rollout, Champion, this.canary, Shadows, this.former) = (rollout, champion, canary, shadows, former);
        Next = missing;
    }

    public Rollout Rollout { get; }

    public Serving Champion { get; }

    /// <summary>What scores beside the champion.</summary>
    public IReadOnlyList<Serving> Shadows { get; }

    /// <summary>The first model of the rollout that is not loaded, the champion before all; null where all are.</summary>
    public Promotion? Next { get; }

    /// <summary>What somebody gets; the champion for who is not known.</summary>
    public Serving For(Subject? subject) => canary is not null && subject is { } known && Rollout.Canary!.Takes(known) ? canary : Champion;

    /// <summary>This rollout with what of its models is in memory.</summary>
    /// <param name="rollout">What should serve.</param>
    /// <param name="loaded">A model that came in just now; null where none did.</param>
    /// <param name="failed">Models that could not be loaded.</param>
    /// <param name="passed">Those of them that are not to be tried yet.</param>
    internal Lineup Regrouped(Rollout rollout, Serving? loaded, Predicate<Promotion> failed, Predicate<Promotion> passed)
    {
        var champion = Find(rollout.Champion, loaded);
        var onTrial = rollout.Canary is { } trial ? Find(trial.Promotion, loaded) : null;
        var shadows = rollout.InShadow.Select(s => Find(s, loaded)).OfType<Serving>().ToList();
        var before = rollout.Past is { Count: > 0 } past ? Find(past[0], loaded) : null;
        var next = new[] { rollout.Champion, rollout.Canary?.Promotion }.Concat(rollout.InShadow).OfType<Promotion>().FirstOrDefault(p => Find(p, loaded) is null && !passed(p));
        var missing = champion is null && failed(rollout.Champion);
        return new(rollout, champion ?? (Champion.Missing == missing ? Champion : new(Champion.Promotion, Champion.Model, missing)), onTrial, shadows, before, next);
    }

    // What serves in place of another says so, but is itself whole.
    private Serving? Find(Promotion wanted, Serving? loaded) => wanted switch
    {
        _ when wanted == Promotion.None => Serving.None,
        _ when wanted == loaded?.Promotion => loaded,
        _ when wanted == Champion.Promotion => Champion.Missing ? new(wanted, Champion.Model) : Champion,
        _ when wanted == canary?.Promotion => canary,
        _ when wanted == former?.Promotion => former,
        _ => Shadows.FirstOrDefault(s => s.Promotion == wanted),
    };
}
