using System.Globalization;
using System.Text;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Publishing;

namespace Personalization.Experiments;

/// <summary>The experiments of a version. Immutable; assigning allocates nothing.</summary>
public sealed class CompiledExperiments
{
    public static readonly CompiledExperiments None = new("none", null, []);

    public static readonly Artefact<CompiledExperiments> Artefact = new("experiments", None, (version, body) => ExperimentSet.Read(body) is { } set ? Of(set, version) : null);

    private readonly string? holdout;
    private readonly byte[] seed;
    private readonly int held;
    private readonly CompiledLayer[] layers;

    private CompiledExperiments(string version, Holdout? holdout, CompiledLayer[] layers)
    {
        (Version, this.layers) = (version, layers);
        this.holdout = holdout is null ? null : Holdout.NameOf(holdout.Seed!);
        seed = Encoding.UTF8.GetBytes(this.holdout ?? "");
        held = (int)Math.Round((holdout?.Share ?? 0) * Bucketing.Places);
    }

    public string Version { get; }

    /// <summary>Whether there is nothing anybody could be in.</summary>
    public bool IsEmpty => holdout is null && layers.Length == 0;

    /// <summary>Of a set nothing is wrong with.</summary>
    public static CompiledExperiments Of(ExperimentSet set, int version) => new($"{version}", set.Holdout, [.. set.Layers!.Select(l => new CompiledLayer(l))]);

    /// <summary>Whether an experiment of this name is in it, begun and ended ones among them.</summary>
    public bool Knows(string experiment) => experiment == holdout || Array.Exists(layers, l => l.Knows(experiment));

    /// <summary>
    /// What somebody gets. A variant is the one they have seen themselves, else the one their person was shown first, else
    /// one by hash of the person's smallest subject (<see cref="Exposures"/> has the whole rule). Where nobody can tell what
    /// they have seen they are in no experiment, because they might see another variant; in the holdout they are by hash.
    /// </summary>
    public void Assign(in AssignmentRequest request, Assignment into)
    {
        into.Clear();
        if (IsEmpty) return;
        Span<byte> person = stackalloc byte[32];
        Hold(request, into, person);
        if (into.HeldOut || request.Seen is not { } seen) return;
        foreach (var layer in layers)
            if (layer.Assigned(request, seen, person) is { } assigned) into.Add(assigned);
    }

    /// <summary>The holdout alone, for what no experiment changes.</summary>
    public void AssignHoldout(in AssignmentRequest request, Assignment into)
    {
        into.Clear();
        Span<byte> person = stackalloc byte[32];
        Hold(request, into, person);
    }

    /// <param name="request">Who asks.</param>
    /// <param name="into">What they get.</param>
    /// <param name="person">Room for 32 digits: the person's smallest subject afterwards.</param>
    private void Hold(in AssignmentRequest request, Assignment into, Span<byte> person)
    {
        Smallest(request).Key.TryFormat(person, out _, "x32", CultureInfo.InvariantCulture);
        if (holdout is not null) into.Hold(InHoldout(request, person));
    }

    private Assigned InHoldout(in AssignmentRequest request, ReadOnlySpan<byte> person)
    {
        var own = request.Seen?.Own(request.Subject, holdout!);
        var variant = (own ?? request.Seen?.First(request.Members, holdout!))?.Variant ?? (Bucketing.Place(seed, person) < held ? 0 : 1);
        return new(holdout!, variant, variant == 0 ? "in" : "out", null, request is { Kept: true, Seen: not null } && own is null);
    }

    private static Subject Smallest(in AssignmentRequest request)
    {
        var smallest = request.Subject;
        foreach (var member in request.Members)
            if (member.Key < smallest.Key) smallest = member;
        return smallest;
    }
}
