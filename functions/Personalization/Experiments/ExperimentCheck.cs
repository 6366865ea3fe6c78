using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Rules;

namespace Personalization.Experiments;

/// <summary>What is wrong with a set of experiments: the first field, by its path, and the reason. Null when nothing is.</summary>
public static class ExperimentCheck
{
    public const int MaxLayers = 20;
    public const int MaxExperiments = 100;
    public const int MaxVariants = 10;
    public const int MaxId = 64;
    public const double MaxHoldout = 0.5;
    public const double MaxWeight = 1_000_000;

    private const string IdForm = "must be 1 to 64 letters, digits, dots, hyphens and underscores, and begin with a letter or digit";

    private static readonly string Messages = DecisionNames.Of(DecisionEngine.Messages);

    // Shares are sums of what people type; a third three times is a whole.
    private const double Slack = 1e-9;

    public static (string Field, string Reason)? Fault(ExperimentSet set)
    {
        if (set.Note is { Length: > RuleCheck.MaxNote }) return ("note", $"must have at most {RuleCheck.MaxNote} characters");
        if (HoldoutFault(set.Holdout) is { } fault) return fault;
        if (set.Layers is not { } layers) return ("layers", "is missing; an empty list ends every experiment");
        if (layers.Count > MaxLayers) return ("layers", $"must be at most {MaxLayers}");
        var (names, ids) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        for (var i = 0; i < layers.Count; i++)
            if (LayerFault(layers[i], names, ids) is var (field, reason)) return (field.Length == 0 ? $"layers[{i}]" : $"layers[{i}].{field}", reason);
        return null;
    }

    /// <summary>
    /// What of a set without fault could change nothing for anybody: places where no variant has a say. Not a fault, because
    /// of a version that was published with it the rest is still meant.
    /// </summary>
    public static (string Field, string Reason)? Idle(ExperimentSet set)
    {
        for (var i = 0; i < set.Layers!.Count; i++)
            for (var j = 0; j < set.Layers[i].Experiments!.Count; j++)
                if (InMessages(set.Layers[i].Experiments![j]) is >= 0 and var place)
                    return ($"layers[{i}].experiments[{j}].engines[{place}]", $"must be one of {string.Join(", ", RuleKinds.Engines.Where(e => e != Messages))}; in messages no variant changes anything, only the holdout counts there");
        return null;
    }

    private static int InMessages(Experiment experiment) => experiment.Engines is { } engines ? engines.ToList().IndexOf(Messages) : -1;

    private static (string, string)? HoldoutFault(Holdout? holdout) => holdout switch
    {
        null => null,
        { Share: not (>= 0 and <= MaxHoldout) } => ("holdout.share", $"must be between 0 and {MaxHoldout}"),
        _ when !IsId(holdout.Seed) => ("holdout.seed", IdForm),
        _ => null,
    };

    private static (string Field, string Reason)? LayerFault(Layer? layer, HashSet<string> names, HashSet<string> ids)
    {
        if (layer is null) return ("", "is null; every element is a layer");
        if (!IsId(layer.Id)) return ("id", IdForm);
        if (!names.Add(layer.Id!)) return ("id", "is that of an earlier layer");
        if (layer.Experiments is not { } experiments) return ("experiments", "is missing; a layer without any has an empty list");
        if (experiments.Count > MaxExperiments) return ("experiments", $"must be at most {MaxExperiments}");
        var sum = 0d;
        for (var i = 0; i < experiments.Count; i++)
        {
            if (experiments[i] is not { } experiment) return ($"experiments[{i}]", "is null; every element is an experiment");
            sum += experiment.Share ?? 0;
            if ((Named(experiment, ids) ?? Where(experiment) ?? Shared(experiment, sum) ?? Compared(experiment.Variants)) is var (field, reason)) return ($"experiments[{i}].{field}", reason);
        }

        return null;
    }

    private static (string, string)? Named(Experiment experiment, HashSet<string> ids) =>
        !IsId(experiment.Id) ? ("id", IdForm) : !ids.Add(experiment.Id!) ? ("id", "is that of an earlier experiment, in this layer or another") : null;

    private static (string, string)? Where(Experiment experiment)
    {
        const string Form = "must be a time with its offset, such as 2026-03-14T15:09:26Z";
        if ((RuleTexts.Fault("engines", experiment.Engines) ?? RuleTexts.Fault("channels", experiment.Channels)) is { } fault) return fault;
        for (var i = 0; i < experiment.Engines?.Count; i++)
            if (RuleKinds.Engine(experiment.Engines[i]) is null) return ($"engines[{i}]", $"must be one of {string.Join(", ", RuleKinds.Engines)}");
        if (experiment.From is not null && RuleTexts.Time(experiment.From) is null) return ("from", Form);
        if (experiment.Until is not null && RuleTexts.Time(experiment.Until) is null) return ("until", Form);
        return RuleTexts.Time(experiment.From) >= RuleTexts.Time(experiment.Until) ? ("until", "must be after from") : null;
    }

    private static (string, string)? Shared(Experiment experiment, double sum) =>
        experiment.Share is not (>= 0 and <= 1) ? ("share", "must be between 0 and 1") : sum > 1 + Slack ? ("share", "is more than those before it leave of the layer") : null;

    private static (string, string)? Compared(IReadOnlyList<Variant>? variants)
    {
        if (variants is not { Count: >= 2 and <= MaxVariants }) return ("variants", $"must be 2 to {MaxVariants}; the first is what the others are compared with");
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < variants.Count; i++)
        {
            if (variants[i] is not { } variant) return ($"variants[{i}]", "is null; every element is a variant");
            if (!IsId(variant.Name)) return ($"variants[{i}].name", IdForm);
            if (!names.Add(variant.Name!)) return ($"variants[{i}].name", "is that of an earlier variant");
            if (variant.Weight is not (> 0 and <= MaxWeight)) return ($"variants[{i}].weight", $"must be more than 0 and at most {MaxWeight}");
            if (variant.Settings?.Ranker is { } ranker && Rankers.Find(ranker) is null) return ($"variants[{i}].settings.ranker", $"must be one of {string.Join(", ", Rankers.Names)}");
        }

        return null;
    }

    private static bool IsId(string? id)
    {
        if (id is null or { Length: 0 or > MaxId } || !char.IsAsciiLetterOrDigit(id[0])) return false;
        foreach (var c in id)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_')) return false;
        return true;
    }
}
