using System.Globalization;
using System.Text.Json.Serialization;

namespace Personalization.Catalog;

/// <summary>What an attribute of items may hold.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record AttributeDeclaration
{
    private const int MaxValues = 1000;
    private static readonly string[] Kinds = ["text", "number", "flag", "choice"];

    public string? Name { get; init; }

    /// <summary><c>text</c>, <c>number</c>, <c>flag</c> (true or false) or <c>choice</c> (one of <see cref="Values"/>).</summary>
    public string? Kind { get; init; }

    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>What is wrong with the declaration, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault() => this switch
    {
        { Name: null or { Length: 0 or > ItemCheck.MaxText } } => ("name", $"must have 1 to {ItemCheck.MaxText} characters"),
        _ when !Kinds.Contains(Kind, StringComparer.Ordinal) => ("kind", $"must be one of {string.Join(", ", Kinds)}"),
        { Kind: "choice", Values: not { Count: > 0 } } => ("values", "is missing; a choice is one of given values"),
        { Kind: not "choice", Values: not null } => ("values", "belongs to a choice only"),
        { Values: { } values } when values.Count > MaxValues || values.Any(v => v is null or { Length: 0 or > ItemCheck.MaxText }) => ("values", $"must be at most {MaxValues}, of 1 to {ItemCheck.MaxText} characters"),
        _ => null,
    };

    /// <summary>What keeps a text from being a value of this attribute; null when nothing does.</summary>
    public string? Refuses(string value) => Kind switch
    {
        "number" when !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number) => "must be a number",
        "flag" when value is not ("true" or "false") => "must be true or false",
        "choice" when !Values!.Contains(value, StringComparer.Ordinal) => "is none of the declared values",
        _ => null,
    };
}
