using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Training.Privacy.Accounting;

/// <summary>How often a dataset's budget was begun anew, and why. The books of before stay as they are.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BudgetRenewals
{
    public static readonly BudgetRenewals None = new() { Renewals = [] };

    public required IReadOnlyList<BudgetRenewal> Renewals { get; init; }

    /// <summary>Which budget is in force: 1 is the first.</summary>
    [JsonIgnore]
    public int Generation => Renewals.Count + 1;

    /// <summary>The book of one of them: the first has the dataset's name alone, as books had before any was renewed.</summary>
    public static string Book(string dataset, int generation) => generation == 1 ? dataset : $"{dataset}-{generation}";

    public BudgetRenewals With(BudgetRenewal renewal) => new() { Renewals = [.. Renewals, renewal] };

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.BudgetRenewals);

    /// <summary>Null for a body that is none.</summary>
    public static BudgetRenewals? Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.BudgetRenewals) is { Renewals: { } renewals } read && renewals.All(r => r is { Reason: not null }) ? read : null;
}

/// <param name="At">When the budget before ended.</param>
/// <param name="Reason">As whoever did it said.</param>
public sealed record BudgetRenewal(DateTimeOffset At, string Reason);
