namespace Personalization.Functions.Hosting.Security;

/// <param name="Keys">Per role the keys that open it; several while one replaces another.</param>
/// <param name="PlatformPrincipal">Whether the platform's authenticated principal is believed. Only where it is known to be in front.</param>
public sealed record AuthOptions(IReadOnlyDictionary<Roles, IReadOnlyList<string>> Keys, bool PlatformPrincipal)
{
    private const string About = "API keys of this role, comma-separated; each as it is, or as sha256: and the hex digest";

    public bool HasKeys => Keys.Values.Any(k => k.Count > 0);

    public static AuthOptions Read(Settings s)
    {
        var options = new AuthOptions(
            new Dictionary<Roles, IReadOnlyList<string>>
            {
                [Roles.Frontend] = s.List("Auth:Keys:Frontend", About),
                [Roles.Marketer] = s.List("Auth:Keys:Marketer", About),
                [Roles.Compliance] = s.List("Auth:Keys:Compliance", About),
                [Roles.Operator] = s.List("Auth:Keys:Operator", About),
            },
            s.Flag("Auth:PlatformPrincipal", false, "believe X-MS-CLIENT-PRINCIPAL; only behind platform authentication, only when hosted"));
        foreach (var (role, keys) in options.Keys.Where(k => k.Value.Any(v => ApiKeys.Fault(v))))
            s.Refuse($"Auth__Keys__{role} holds a sha256: digest that is not 64 hex digits.");
        return options;
    }
}
