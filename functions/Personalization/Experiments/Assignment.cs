namespace Personalization.Experiments;

/// <summary>What somebody gets. Reused: filled for one request after the other, by one worker at a time, without allocation.</summary>
public sealed class Assignment
{
    private readonly Assigned[] experiments = new Assigned[ExperimentCheck.MaxLayers];
    private int count;

    /// <summary>Whether they are to get what is not personal, in every engine and channel; then they are in no experiment.</summary>
    public bool HeldOut => Holdout is { Variant: 0 };

    /// <summary>In (0) or out (1) of the holdout; null where there is none.</summary>
    public Assigned? Holdout { get; private set; }

    /// <summary>At most one of each layer.</summary>
    public ReadOnlySpan<Assigned> Experiments => experiments.AsSpan(0, count);

    /// <summary>Whether anything of it has to be noted.</summary>
    public bool HasNew { get; private set; }

    public void Clear() => (count, Holdout, HasNew) = (0, null, false);

    internal void Hold(in Assigned holdout)
    {
        Holdout = holdout;
        HasNew |= holdout.IsNew;
    }

    internal void Add(in Assigned experiment)
    {
        experiments[count++] = experiment;
        HasNew |= experiment.IsNew;
    }
}

/// <param name="Experiment">Its id.</param>
/// <param name="Variant">Its place in the experiment, from 0; 0 is what the others are compared with.</param>
/// <param name="Name">The variant's name.</param>
/// <param name="Ranker">Which ranker scores, where the variant says so.</param>
/// <param name="IsNew">Whether it has to be noted that this subject has now seen it.</param>
public readonly record struct Assigned(string Experiment, int Variant, string Name, string? Ranker, bool IsNew);
