namespace Personalization.Models;

/// <summary>
/// How strongly what somebody met pulls their vector, as the model was trained. Their vector u is the one that makes
/// Σ c·(1 − u·y)² over what they met, plus <see cref="Background"/> · Σ (u·y)² over all items, plus λ·|u|² smallest.
/// </summary>
/// <param name="Background">What it weighs that nothing is known of an item; above 0.</param>
/// <param name="Regularisation">λ is this times (Σ c + background · items) to the power of <paramref name="Scaling"/>; above 0.</param>
/// <param name="Scaling">From 0 for the same λ for everybody to 1 for one that grows as fast as what is known.</param>
/// <param name="Slope">c of an item met with weight w is 1 + slope · ln(1 + w); 0 for all the same.</param>
public readonly record struct Folding(float Background, float Regularisation, float Scaling, float Slope)
{
    public bool IsValid =>
        float.IsFinite(Background) && Background > 0 && float.IsFinite(Regularisation) && Regularisation > 0
        && Scaling is >= 0 and <= 1 && float.IsFinite(Slope) && Slope >= 0;

    public double Confidence(float weight) => 1 + (Slope * Math.Log(1 + weight));

    public double Lambda(double known, int items) => Regularisation * Math.Pow(known + (Background * items), Scaling);
}
