using System.Text.Json.Serialization;
using Personalization.Consent;

namespace Personalization.Vault;

/// <summary>Who is to be read about and what for.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PassRequest
{
    // Records print their members; identifiers are not to be printed.
    public override string ToString() => nameof(PassRequest);

    public string? User { get; init; }
    public string? Visitor { get; init; }
    public string? Purpose { get; init; }
    public int? Minutes { get; init; }

    [JsonIgnore]
    public Purposes For => Purpose is null ? Purposes.None : PurposeNames.Parse([Purpose]) ?? Purposes.None;

    /// <summary>What is wrong, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault() => this switch
    {
        { User: null, Visitor: null } => ("visitor", "is missing; a pass is for a user or a visitor"),
        { For: Purposes.None } => ("purpose", "must be one of the purposes, such as personalization"),
        { Minutes: < 1 or > 15 } => ("minutes", "must be a whole number from 1 to 15"),
        _ => null,
    };
}
