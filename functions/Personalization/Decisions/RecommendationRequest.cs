using System.Text.Json.Serialization;
using Personalization.Events;
using Personalization.Identity;

namespace Personalization.Decisions;

/// <summary>What a frontend asks for. A misspelt field is refused: silently ignoring <c>exclude</c> would show what must not be shown.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RecommendationRequest
{
    public const int MaxCount = 100;
    public const int MaxItems = 1000;

    private static readonly string[] Kinds = ["for-you", "similar", "also-bought", "basket", "session"];

    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(RecommendationRequest);

    public string? User { get; init; }
    public string? Visitor { get; init; }
    public string? Kind { get; init; }
    public IReadOnlyList<string>? Items { get; init; }
    public int? Count { get; init; }
    public RequestContext? Context { get; init; }
    public IReadOnlyList<string>? Exclude { get; init; }

    public bool ForYou => Kind is null or "for-you";

    public int Wanted => Count ?? 10;

    /// <summary>What is wrong, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault() => this switch
    {
        { User: null, Visitor: null } => ("visitor", "is missing; a decision is for a user or a visitor"),
        { Count: < 1 or > MaxCount } => ("count", $"must be between 1 and {MaxCount}"),
        { Items.Count: > MaxItems } => ("items", $"must hold at most {MaxItems} ids"),
        { Exclude.Count: > MaxItems } => ("exclude", $"must hold at most {MaxItems} ids"),
        _ when NoIds(Items) => ("items", $"must hold ids of 1 to {Identifier.MaxLength} characters"),
        _ when NoIds(Exclude) => ("exclude", $"must hold ids of 1 to {Identifier.MaxLength} characters"),
        _ when !Kinds.Contains(Kind ?? Kinds[0], StringComparer.Ordinal) => ("kind", $"must be one of {string.Join(", ", Kinds)}"),
        { ForYou: false, Items: not { Count: > 0 } } => ("items", $"is missing; {Kind} is about given items"),
        _ => null,
    };

    private static bool NoIds(IReadOnlyList<string>? ids) => ids?.Any(i => i is null or { Length: 0 or > Identifier.MaxLength }) == true;
}
