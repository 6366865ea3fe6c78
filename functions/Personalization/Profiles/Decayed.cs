namespace Personalization.Profiles;

/// <summary>
/// A sum whose parts fade by half every half-life: v(t) = Σ wᵢ · 2^(−(t−tᵢ)/H). Kept as the sum at the time of its
/// newest part, so a part that arrives late adds exactly what it would have left over, and order does not matter.
/// </summary>
public readonly record struct Decayed(double Value, DateTimeOffset At)
{
    public Decayed Add(double weight, DateTimeOffset at, TimeSpan halfLife) => at >= At
        ? new((Value * Factor(at - At, halfLife)) + weight, at)
        : this with { Value = Value + (weight * Factor(At - at, halfLife)) };

    public double ValueAt(DateTimeOffset now, TimeSpan halfLife) => now <= At ? Value : Value * Factor(now - At, halfLife);

    private static double Factor(TimeSpan age, TimeSpan halfLife) => double.Exp2(-(age / halfLife));
}
