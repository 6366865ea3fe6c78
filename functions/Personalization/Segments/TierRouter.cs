using Personalization.Decisions;

namespace Personalization.Segments;

/// <summary>What a tier is chosen by. The same gives the same.</summary>
/// <param name="Personal">Whether anything personal may be used, and is there.</param>
/// <param name="Shared">Whether the question is one that many ask alike.</param>
/// <param name="Placeable">Whether the person belongs to a segment.</param>
/// <param name="Value">What scoring for the one person is expected to add.</param>
/// <param name="Load">How busy the process is; 1 for as much as it is meant to bear.</param>
public readonly record struct TierState(bool Personal, bool Shared, bool Placeable, float Value, float Load);

/// <summary>Chooses how much is done for an answer.</summary>
public static class TierRouter
{
    public static Routed Decide(in TierState state, TierOptions options) => state switch
    {
        { Personal: false } => new(Tier.Macro, TierReason.NothingPersonal),
        _ when !state.Shared || !options.On => new(Tier.Singleton, TierReason.InPlace),
        _ when state.Value < options.Micro => new(Tier.Macro, TierReason.LittleKnown),
        _ when state.Value < options.Singleton => Together(state, TierReason.LowValue),
        _ when state.Value < Bar(state.Load, options) => Together(state, TierReason.Busy),
        _ => new(Tier.Singleton, TierReason.HighValue),
    };

    /// <summary>What somebody gets who has no place of their own.</summary>
    public static Routed Together(in TierState state, TierReason why) => new(state.Placeable ? Tier.Micro : Tier.Macro, why);

    /// <summary>Rises with the load from the configured bar to what nobody reaches: the places that are left are for whom they bring most.</summary>
    public static float Bar(float load, TierOptions options) => load switch
    {
        <= 1 => options.Singleton,
        >= 2 => float.PositiveInfinity,
        _ => options.Singleton + ((1 - options.Singleton) * (load - 1)),
    };
}

/// <param name="Tier">How much is done.</param>
/// <param name="Why">And why.</param>
public readonly record struct Routed(Tier Tier, TierReason Why);
