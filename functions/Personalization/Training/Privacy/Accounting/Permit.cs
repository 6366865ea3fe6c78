namespace Personalization.Training.Privacy.Accounting;

/// <summary>
/// The right to lose some privacy, noted in the dataset's budget before. Noise is drawn only against one, and each part of it is
/// taken once: what was spent does not come back, also where what it was spent on failed.
/// </summary>
public sealed class Permit
{
    // Parts such as 0.1 and 0.9 add up to the whole only nearly.
    private const double Rounding = 1e-9;

    private readonly Lock gate = new();
    private double spent;

    internal Permit(Rho whole) => Whole = whole;

    public Rho Whole { get; }

    /// <summary>Takes a part of what there was at first.</summary>
    /// <exception cref="InvalidOperationException">So much is not left.</exception>
    internal Rho Take(double share)
    {
        var part = Whole.Part(share);
        lock (gate)
        {
            if (spent + share > 1 + Rounding) throw new InvalidOperationException("More would be given away than was noted.");
            spent += share;
        }

        return part;
    }
}
