using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Functions.Hosting.Security;

/// <summary>The caller as the platform's authentication describes it: base64 of JSON with a list of claims.</summary>
internal static class PlatformPrincipal
{
    private const int MaxLength = 16 * 1024;

    public static Roles Roles(string? header)
    {
        if (header is not { Length: > 0 and <= MaxLength } || !Base64.IsValid(header)) return Hosting.Roles.Anyone;
        try
        {
            var principal = JsonSerializer.Deserialize(Convert.FromBase64String(header), Json.Default.ClientPrincipal);
            var type = principal?.RoleType ?? "roles";
            return (principal?.Claims ?? []).Where(c => c.Type == type || c.Type == "roles").Aggregate(Hosting.Roles.Anyone, (all, c) => all | Role(c.Value));
        }
        catch (JsonException) { return Hosting.Roles.Anyone; }
    }

    private static Roles Role(string? value) => value switch
    {
        "frontend" => Hosting.Roles.Frontend,
        "marketer" => Hosting.Roles.Marketer,
        "compliance" => Hosting.Roles.Compliance,
        "operator" => Hosting.Roles.Operator,
        _ => Hosting.Roles.Anyone,
    };
}

internal sealed record ClientPrincipal(
    [property: JsonPropertyName("role_typ")] string? RoleType,
    [property: JsonPropertyName("claims")] IReadOnlyList<PrincipalClaim>? Claims);

internal sealed record PrincipalClaim(
    [property: JsonPropertyName("typ")] string? Type,
    [property: JsonPropertyName("val")] string? Value);
