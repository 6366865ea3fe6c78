using Personalization.Training.Privacy.Accounting;

namespace Personalization.Training.Privacy;

/// <summary>How private what is learned has to be. What is protected is that somebody's data were learned from at all.</summary>
/// <param name="Epsilon">ε of one model.</param>
/// <param name="InAll">ε of everything that is ever released of one dataset; models that are learned again and again share it.</param>
/// <param name="Delta">δ of both: well below one over the number of people.</param>
/// <param name="MostEach">Items of one person that count, at most.</param>
/// <param name="MostItems">Items that the model speaks of, at most; how many it is depends on the noise.</param>
public sealed record PrivateOptions(double Epsilon, double InAll, double Delta, int MostEach, int MostItems)
{
    public static PrivateOptions Default { get; } = new(2, 20, 1e-6, 200, 1024);

    public static PrivateOptions Read(Settings s)
    {
        var read = Given(s);
        if (read.InAll < read.Epsilon) s.Refuse("Training__Private__InAll must be at least Training__Private__Epsilon, or not even one model could be paid for.");
        return read;
    }

    private static PrivateOptions Given(Settings s) => new(
        s.Double("Training:Private:Epsilon", Default.Epsilon, 0.1, 100, "ε of one private model: less protects more and costs quality"),
        s.Double("Training:Private:InAll", Default.InAll, 0.1, 1000, "ε of all private models and counts of one dataset together; the first release fixes it"),
        s.Double("Training:Private:Delta", Default.Delta, 1e-9, 1e-3, "δ of private models: well below one over the number of people"),
        s.Int("Training:Private:MostEach", Default.MostEach, 2, Learning.BoundedPeople.MostEach, "items of one person that count in a private model"),
        s.Int("Training:Private:MostItems", Default.MostItems, 2, 2048, "items that a private model speaks of; with much noise they are fewer"));

    /// <summary>What one model may lose.</summary>
    public Rho Cost => Rho.Most(Epsilon, Delta);

    /// <summary>What all may lose together.</summary>
    public Rho Most => Rho.Most(InAll, Delta);
}
