using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Publishing;

namespace Personalization.Experiments;

/// <summary>What marketers publish: every experiment that runs, as sent and as kept.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ExperimentSet : IPublishedSet<ExperimentSet>
{
    public static ExperimentSet None { get; } = new() { Layers = [] };

    public string? Note { get; init; }

    public Holdout? Holdout { get; init; }

    public IReadOnlyList<Layer>? Layers { get; init; }

    public int Count() => Layers!.Sum(l => l.Experiments!.Count);

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.ExperimentSet);

    public static ExperimentSet? Read(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.ExperimentSet) is { } read && ExperimentCheck.Fault(read) is null ? read : null;
}

/// <summary>People who get nothing personal from any engine in any channel, to see what all of it is worth.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Holdout
{
    /// <summary>How many of all people, 0 to 0.5.</summary>
    public double? Share { get; init; }

    /// <summary>Which people: another seed draws others.</summary>
    public string? Seed { get; init; }

    /// <summary>As which experiment it is noted whom it took. No experiment can have that name.</summary>
    public static string NameOf(string seed) => $"holdout:{seed}";
}

/// <summary>Experiments that share people out among them: nobody is in two of one layer. Layers know nothing of each other.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Layer
{
    public string? Id { get; init; }

    /// <summary>Each takes the next places of the layer, in this order.</summary>
    public IReadOnlyList<Experiment>? Experiments { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Experiment
{
    /// <summary>Its name for good: what it compares, and in which layer, is never changed.</summary>
    public string? Id { get; init; }

    public IReadOnlyList<string>? Engines { get; init; }
    public IReadOnlyList<string>? Channels { get; init; }

    /// <summary>The first moment, with its offset.</summary>
    public string? From { get; init; }

    /// <summary>The first moment no more.</summary>
    public string? Until { get; init; }

    /// <summary>How much of its layer, 0 to 1.</summary>
    public double? Share { get; init; }

    /// <summary>The first is what the others are compared with.</summary>
    public IReadOnlyList<Variant>? Variants { get; init; }
}

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record Variant
{
    public string? Name { get; init; }

    /// <summary>How many of its people, compared with the others' weights.</summary>
    public double? Weight { get; init; }

    public VariantSettings? Settings { get; init; }
}

/// <summary>What is done otherwise for whoever gets a variant.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record VariantSettings
{
    /// <summary>Which ranker scores.</summary>
    public string? Ranker { get; init; }
}
