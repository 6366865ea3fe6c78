using System.Text.Json.Serialization;
using Personalization.Training.Privacy.Accounting;

namespace Personalization.Functions.Triggers;

/// <param name="On">Whether training runs are private.</param>
/// <param name="Generation">How often a budget was begun: 1 for the first.</param>
/// <param name="Delta">δ that every ε here goes with.</param>
/// <param name="Spent">Of the budget in force; of its releases ρ adds up.</param>
/// <param name="Most">What may be lost in all, by the budget in force.</param>
/// <param name="Next">What the next model costs.</param>
/// <param name="Models">How many more are paid for.</param>
/// <param name="Together">What is lost by all budgets there were.</param>
/// <param name="Releases">The last ones, the newest first.</param>
/// <param name="Before">The budgets before, the newest first.</param>
internal sealed record PrivacyBudgetShown(
    bool On, int Generation, double Delta, Loss Spent, Loss Most, Loss Next, int Models, Loss Together, IReadOnlyList<NotedRelease> Releases, IReadOnlyList<BudgetBefore> Before)
{
    public const string WhatIsGivenUp = "The losses of the budgets add up for whoever is in both: what all models together may tell of somebody is under together, not under spent. The certainty that it never exceeds one budget is given up.";

    private const int Listed = 20;

    /// <summary>What a renewal costs; after one only.</summary>
    public string? GivenUp { get; init; }

    public static PrivacyBudgetShown Of(BudgetState state, bool on) => new(
        on, state.Renewals.Generation, state.Options.Delta, state.Spent, state.Most, state.Next, state.Models, state.Together, Last(state.Now),
        [.. state.Renewals.Renewals.Index().Reverse().Take(Listed).Select(r => new BudgetBefore(r.Index + 1, state.Of(state.Books[r.Index].Spent), r.Item.At, r.Item.Reason, Last(state.Books[r.Index])))]);

    private static IReadOnlyList<NotedRelease> Last(BudgetBook book) => [.. book.Releases.Reverse().Take(Listed)];
}

/// <param name="Generation">Which it was.</param>
/// <param name="Spent">Of it.</param>
/// <param name="Ended">When it was renewed.</param>
/// <param name="Reason">Why.</param>
/// <param name="Releases">Its last ones, the newest first.</param>
internal sealed record BudgetBefore(int Generation, Loss Spent, DateTimeOffset Ended, string Reason, IReadOnlyList<NotedRelease> Releases);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RenewRequest(string? Reason);
