namespace Personalization.Consent;

/// <summary>
/// What one source says of each purpose: yes, no, or nothing. Votes are added up in any order; a single no outweighs
/// every yes, and what nobody speaks of is as the region's law has it.
/// </summary>
public readonly record struct Vote(Purposes Granted, Purposes Denied)
{
    public static Vote Silent => default;

    public static Vote No(Purposes purposes) => new(Purposes.None, purposes);

    public static Vote Yes(Purposes purposes) => new(purposes, Purposes.None);

    public static Vote operator +(Vote one, Vote other) => new(one.Granted | other.Granted, one.Denied | other.Denied);

    /// <summary>What is allowed where <paramref name="standard"/> holds for whoever says nothing.</summary>
    public Purposes Over(Purposes standard) => (standard | Granted) & ~Denied;
}
