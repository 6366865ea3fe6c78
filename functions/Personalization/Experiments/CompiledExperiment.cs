using Personalization.Decisions;
using System.Text;
using Personalization.Rules;

namespace Personalization.Experiments;

/// <summary>An experiment as decisions read it.</summary>
internal sealed class CompiledExperiment
{
    // Every engine, one bit each.
    private const byte AnyEngine = 0xFF;

    private readonly byte engines;
    private readonly ulong[] channels;
    private readonly long from, until;
    private readonly byte[] seed;
    private readonly BucketRange[] ranges;
    private readonly Variant[] variants;

    /// <param name="experiment">Nothing is wrong with it.</param>
    /// <param name="first">Its first place in its layer.</param>
    /// <param name="after">The first place after it.</param>
    public CompiledExperiment(Experiment experiment, int first, int after)
    {
        (Id, First, After) = (experiment.Id!, first, after);
        engines = experiment.Engines is { } named ? (byte)named.Aggregate(0, (bits, name) => bits | (1 << (int)RuleKinds.Engine(name)!.Value)) : AnyEngine;
        channels = [.. (experiment.Channels ?? []).Select(CompiledRules.KeyOf)];
        from = RuleTexts.Time(experiment.From)?.UtcTicks ?? long.MinValue;
        until = RuleTexts.Time(experiment.Until)?.UtcTicks ?? long.MaxValue;
        variants = [.. experiment.Variants!];
        var all = variants.Sum(v => v.Weight!.Value);
        ranges = Bucketing.Ranges(variants.Length, 1, Array.ConvertAll(variants, v => v.Weight!.Value / all));
        seed = Encoding.UTF8.GetBytes(Id);
    }

    public string Id { get; }

    public int First { get; }

    public int After { get; }

    public int Variants => variants.Length;

    public bool Runs(long now) => now >= from && now < until;

    public bool Means(DecisionEngine engine, ulong channel) =>
        (engines & (1 << (int)engine)) != 0 && (channels.Length == 0 || (channel != 0 && channels.AsSpan().Contains(channel)));

    /// <summary>The variant of somebody who has seen none.</summary>
    public int VariantOf(ReadOnlySpan<byte> person)
    {
        var chosen = Bucketing.Choose(Bucketing.Place(seed, person) / (double)Bucketing.Places, ranges);
        // Sums of fractions may end a hair before 1.
        return chosen < 0 ? ranges.Length - 1 : chosen;
    }

    public Assigned Assigned(int variant, bool isNew) => new(Id, variant, variants[variant].Name!, variants[variant].Settings?.Ranker, isNew);
}
