using System.Text.Json;

namespace Personalization.Models.Registry;

/// <summary>What is known of a model from its training on. Written once; whether it serves is not in here.</summary>
/// <param name="Model">Its name, which is its file's.</param>
/// <param name="RegisteredAt">When it was put into the registry.</param>
/// <param name="Sha256">Of its file, in lower-case hexadecimal.</param>
/// <param name="Format">Of its file.</param>
/// <param name="TrainedAt">Until when what people did is in it.</param>
/// <param name="Dimensions">How long its vectors are.</param>
/// <param name="Facts">What training says of it.</param>
public sealed record ModelCard(string Model, DateTimeOffset RegisteredAt, string Sha256, string Format, DateTimeOffset TrainedAt, int Dimensions, ModelFacts Facts)
{
    internal byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.ModelCard);

    /// <summary>Null for a body that is none.</summary>
    internal static ModelCard? Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.ModelCard) is { Model.Length: > 0, Sha256.Length: > 0, Facts: { Metrics: not null, Data: not null } facts } card && facts.Metrics.All(m => m?.Name is not null) ? card : null;

    /// <summary>How a promotion names it.</summary>
    internal Promotion Promotion() => new(Model, Sha256);
}

/// <summary>What training and evaluation say of a model.</summary>
/// <param name="Data">What it was trained on.</param>
/// <param name="Seed">Of its chance.</param>
/// <param name="CodeVersion">Of the build that trained it.</param>
/// <param name="Family">Such as als or graph-filter.</param>
/// <param name="Parameters">As they were chosen.</param>
/// <param name="Metrics">What evaluation measured; none where it was not evaluated.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Limits">What it is not for, and what is known to be wrong with it.</param>
public sealed record ModelFacts(
    TrainingWindow Data, long Seed, string CodeVersion, string Family, IReadOnlyDictionary<string, string> Parameters, IReadOnlyList<CardMetric> Metrics,
    string Owner, string Purpose, string Limits)
{
    /// <summary>The champion measured in the same way on the same data; null where it was not.</summary>
    public Compared? Against { get; init; }

    /// <summary>Of differential privacy; null without.</summary>
    public double? Epsilon { get; init; }

    public double? Delta { get; init; }
}

/// <param name="From">The earliest of it.</param>
/// <param name="Until">The latest.</param>
/// <param name="People">How many people.</param>
/// <param name="Items">How many items.</param>
/// <param name="Pairs">How many pairs of both.</param>
public sealed record TrainingWindow(DateTimeOffset From, DateTimeOffset Until, long People, long Items, long Pairs);

/// <param name="Name">Such as ndcg@10.</param>
/// <param name="Value">Null where there is none.</param>
/// <param name="Why">Why there is none.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end.</param>
public sealed record CardMetric(string Name, double? Value, string? Why = null, double? Low = null, double? High = null)
{
    /// <summary>As it can be written: what is no number is none, and says so.</summary>
    internal CardMetric Written() => this with
    {
        Value = Number(Value), Low = Number(Low), High = Number(High), Why = Value is { } v && !double.IsFinite(v) ? Why ?? "it came out as no number" : Why,
    };

    private static double? Number(double? value) => value is { } v && double.IsFinite(v) ? v : null;
}

/// <summary>Another model on the same evaluation.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Metrics">Its metrics.</param>
public sealed record Compared(string Model, IReadOnlyList<CardMetric> Metrics);
