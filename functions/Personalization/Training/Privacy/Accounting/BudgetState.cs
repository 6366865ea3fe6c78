using System.Globalization;

namespace Personalization.Training.Privacy.Accounting;

/// <summary>A dataset's budgets as they stand, the first one first; the last is in force.</summary>
public sealed record BudgetState(PrivateOptions Options, BudgetRenewals Renewals, IReadOnlyList<BudgetBook> Books)
{
    public BudgetBook Now => Books[^1];

    public Loss Spent => Of(Now.Spent);

    /// <summary>What may be lost in all, by the budget in force.</summary>
    public Loss Most => Of(Now.Limit(Options.Most));

    /// <summary>What the next model costs.</summary>
    public Loss Next => Of(Options.Cost.Value);

    /// <summary>What was lost by whoever is in all of it.</summary>
    public Loss Together => Of(Books.Sum(b => b.Spent));

    /// <summary>How many more are paid for.</summary>
    public int Models => Now.More(Options.Cost, Options.Most);

    /// <summary>When something was paid for whose name begins so, in all budgets there were; of each the newest ones.</summary>
    public IEnumerable<DateTimeOffset> Paid(string what) => Books.SelectMany(b => b.Releases).Where(r => r.What.StartsWith(what, StringComparison.Ordinal)).Select(r => r.At);

    public Loss Of(double rho) => new(rho, new Rho(rho).Epsilon(Options.Delta));
}

/// <param name="Rho">In zero-concentrated terms; of several releases these add up.</param>
/// <param name="Epsilon">ε that it proves with δ; of several releases it does not add up, and is less than the sum.</param>
public readonly record struct Loss(double Rho, double Epsilon)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"rho={Rho:0.######} epsilon={Epsilon:0.###}");
}
