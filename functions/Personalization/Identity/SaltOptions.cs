namespace Personalization.Identity;

/// <param name="Period">How long a salt is in force.</param>
/// <param name="Overlap">How long it is still understood after that.</param>
/// <param name="Blocked">Identifiers that say nothing, beside those everyone knows.</param>
public sealed record SaltOptions(TimeSpan Period, TimeSpan Overlap, IReadOnlySet<string> Blocked)
{
    /// <summary>What broken code and careless people send in the place of an identifier.</summary>
    public static readonly IReadOnlySet<string> Placeholders = new HashSet<string>(StringComparer.Ordinal)
    {
        "null", "undefined", "none", "nil", "nan", "n/a", "na", "unknown", "anonymous", "guest", "test", "(null)", "[object object]", "true", "false", "-", "?",
        "0", "-1", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "test@test.com", "test@test.de", "test@example.com", "a@a.com", "noreply@example.com", "no@mail.com", "none@none.com", "+15555555555", "+12345678900", "+1234567890",
    };

    public static SaltOptions Read(Settings s)
    {
        var period = s.Time("Identity:SaltPeriod", TimeSpan.FromDays(30), TimeSpan.FromHours(1), TimeSpan.FromDays(90), "how long a salt of the aliases is in force");
        var overlap = s.Time("Identity:SaltOverlap", TimeSpan.FromDays(30), TimeSpan.FromMinutes(30), TimeSpan.FromDays(90), "how long it is understood after that; whoever does not come within it is forgotten");
        if (overlap > period) s.Refuse("Identity__SaltOverlap must not be longer than Identity__SaltPeriod.");
        var blocked = s.List("Identity:Blocked", "identifiers that many send and that therefore name nobody, beside the usual ones");
        return new(period, overlap, new HashSet<string>([.. Placeholders, .. blocked.Select(b => b.ToLowerInvariant())], StringComparer.Ordinal));
    }
}
