using System.Text;
using Personalization.Identity.Merging;

namespace Personalization.Experiments;

/// <summary>One layer as decisions read it: who is in which of its experiments.</summary>
internal sealed class CompiledLayer
{
    private readonly byte[] seed;
    private readonly CompiledExperiment[] experiments;

    public CompiledLayer(Layer layer)
    {
        seed = Encoding.UTF8.GetBytes("layer:" + layer.Id);
        experiments = new CompiledExperiment[layer.Experiments!.Count];
        var (sum, first) = (0d, 0);
        for (var i = 0; i < experiments.Length; i++)
        {
            sum += layer.Experiments[i].Share!.Value;
            // Of the sums and not of the shares, so that nothing is lost to rounding and nothing overlaps.
            var after = (int)Math.Round(Math.Min(sum, 1) * Bucketing.Places);
            experiments[i] = new(layer.Experiments[i], first, after);
            first = after;
        }
    }

    public bool Knows(string experiment) => Array.Exists(experiments, e => e.Id == experiment);

    /// <summary>
    /// What somebody gets of this layer in this request; null for nothing. Whoever has seen one of its experiments that runs
    /// is in that one, then whoever's person has, and only then the place decides: also where it is not for this engine or
    /// channel, because then it is the only one all the same.
    /// </summary>
    /// <param name="request">Who asks and what they have seen.</param>
    /// <param name="seen">The same, known to be there.</param>
    /// <param name="person">The person's smallest subject as text.</param>
    public Assigned? Assigned(in AssignmentRequest request, Exposures seen, ReadOnlySpan<byte> person)
    {
        var now = request.Now.UtcTicks;
        var (experiment, known) = seen.Seen.Count == 0 ? (null, null) : Own(request, seen, now);
        var isNew = known is null;
        if (experiment is null && seen.Seen.Count > 0) (experiment, known) = OfPerson(request, seen, now);
        experiment ??= At(Bucketing.Place(seed, person), now);
        if (experiment is null || !experiment.Means(request.Engine, request.Channel)) return null;
        return experiment.Assigned(known?.Variant ?? experiment.VariantOf(person), request.Kept && isNew);
    }

    private (CompiledExperiment?, Exposure?) Own(in AssignmentRequest request, Exposures seen, long now)
    {
        var (bound, first) = ((CompiledExperiment?)null, (Exposure?)null);
        foreach (var experiment in experiments)
        {
            if (!experiment.Runs(now) || seen.Own(request.Subject, experiment.Id) is not { } own || own.Variant >= experiment.Variants) continue;
            if (first is null || own.At < first.At) (bound, first) = (experiment, own);
        }

        return (bound, first);
    }

    private (CompiledExperiment?, Exposure?) OfPerson(in AssignmentRequest request, Exposures seen, long now)
    {
        var (bound, first) = ((CompiledExperiment?)null, (Exposure?)null);
        foreach (var experiment in experiments)
        {
            if (!experiment.Runs(now) || seen.First(request.Members, experiment.Id) is not { } one || one.Variant >= experiment.Variants) continue;
            if (first is null || Exposures.Before(one, first)) (bound, first) = (experiment, one);
        }

        return (bound, first);
    }

    private CompiledExperiment? At(int place, long now)
    {
        foreach (var experiment in experiments)
            if (place >= experiment.First && place < experiment.After) return experiment.Runs(now) ? experiment : null;
        return null;
    }
}
