using System.Text.Json.Serialization;
using Personalization.Training.Ordering;

namespace Personalization.Training.Runs;

/// <summary>A training run, as it stands or ended.</summary>
/// <param name="Cause">Why it was begun: <c>schedule</c>, <c>drift</c> or <c>operator</c>.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Step">What it does, or did last.</param>
/// <param name="Updated">When it last said so. One that runs and has said nothing for minutes is being begun again after a crash.</param>
/// <param name="Model">What it learned; null where it learned nothing, or not yet.</param>
/// <param name="Recipe">How.</param>
/// <param name="Became">Where the model went, and why not further.</param>
/// <param name="NewItems">How many items are in its model by what the catalogue says of them alone; null where there is no model.</param>
/// <param name="Rankers">What became of learning order, for each engine.</param>
public sealed record TrainingRun(
    string Id, string Cause, TrainingStatus Status, DateTimeOffset Started, DateTimeOffset Updated, string Step, string? Model = null, string? Recipe = null, string? Became = null, int? NewItems = null,
    IReadOnlyList<RankerFinding>? Rankers = null)
{
    [JsonIgnore]
    public bool IsOver => Status != TrainingStatus.Running;

    internal TrainingRun WithNobody() => this with
    {
        Status = TrainingStatus.NothingToLearn, Step = "there is nobody to learn from: nobody who allows training met an item of the catalogue lately",
    };
}

[JsonConverter(typeof(JsonStringEnumConverter<TrainingStatus>))]
public enum TrainingStatus
{
    [JsonStringEnumMemberName("running")]
    Running = 1,

    [JsonStringEnumMemberName("completed")]
    Completed,

    /// <summary>There was nobody to learn from.</summary>
    [JsonStringEnumMemberName("nothing-to-learn")]
    NothingToLearn,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>Another private model would go past the privacy budget.</summary>
    [JsonStringEnumMemberName("budget-spent")]
    BudgetSpent,
}
