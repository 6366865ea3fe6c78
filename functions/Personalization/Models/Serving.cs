namespace Personalization.Models;

/// <param name="Promotion">What it was promoted by.</param>
/// <param name="Model">The model.</param>
/// <param name="Missing">Whether another should serve and cannot be loaded.</param>
public sealed record Serving(Promotion Promotion, FactorModel Model, bool Missing = false)
{
    private static long made;

    public static readonly Serving None = new(Promotion.None, FactorModel.None);

    /// <summary>Never given twice, so that who must know whether it is the same one need not keep a model in memory.</summary>
    public long Number { get; } = Interlocked.Increment(ref made);
}
