using System.Text.Json;
using Personalization.Consent;
using Personalization.Storage;

namespace Personalization.Experiments;

/// <summary>
/// What the name of an experiment or holdout stands for, kept for good under that name. People are noted by name and place
/// of their variant, so a name that began to mean something else would show those who have seen one thing another.
/// </summary>
/// <param name="Layer">Where an experiment is.</param>
/// <param name="Variants">What it compares, with weights: with other ones, those seen before and those who come now would not compare.</param>
/// <param name="Share">How many a holdout takes.</param>
public sealed record Definition(string? Layer, IReadOnlyList<Variant>? Variants, double? Share)
{
    public const string Partition = "experimentnames";

    /// <summary>Every name of a set, with the field that says what it stands for.</summary>
    public static IEnumerable<(string Name, string Field, Definition Meaning)> Of(ExperimentSet set)
    {
        if (set.Holdout is { } holdout) yield return (Holdout.NameOf(holdout.Seed!), "holdout.share", new(null, null, holdout.Share));
        for (var i = 0; i < set.Layers!.Count; i++)
            for (var j = 0; j < set.Layers[i].Experiments!.Count; j++)
                yield return (set.Layers[i].Experiments![j].Id!, $"layers[{i}].experiments[{j}]", new(set.Layers[i].Id, set.Layers[i].Experiments![j].Variants, null));
    }

    public static async ValueTask<Definition?> Find(IDocuments documents, string name, CancellationToken stop)
    {
        var found = await documents.Get(PolicyRecord.Store, Partition, name, stop);
        if (found.Status == Status.NotFound) return null;
        return Stored.Read(found.Required(PolicyRecord.Store).Body, Stored.Default.Definition) ?? new(null, null, null);
    }

    /// <summary>Keeps it unless the name stands for something already; gives what the name stands for from now on.</summary>
    public async ValueTask<Definition> Keep(IDocuments documents, string name, CancellationToken stop)
    {
        var put = await documents.Put(PolicyRecord.Store, Partition, name, Body(), Condition.Absent, null, stop);
        if (put.Status == Status.Conflict) return await Find(documents, name, stop) ?? this;
        put.Required(PolicyRecord.Store);
        return this;
    }

    /// <summary>Where another definition says something else, as field and reason.</summary>
    public (string Field, string Reason)? Against(string field, Definition known)
    {
        if (Body().AsSpan().SequenceEqual(known.Body())) return null;
        if (Share is not null) return (field, $"was {known.Share} when this seed was published first, and people are held out by that; choose a new seed");
        if (Layer != known.Layer) return ($"{field}.id", $"was published in the layer {known.Layer}; an experiment stays there, choose a new id");
        return ($"{field}.variants", "are not those this id was published with first, and people have seen those; choose a new id");
    }

    private byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.Definition);
}
