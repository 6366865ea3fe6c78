namespace Personalization.Identity.Graph;

/// <summary>Whom events name.</summary>
internal static class Naming
{
    public static IEnumerable<Subject> Of(IdentityEvent e) => e switch
    {
        Linked l => [l.Subject],
        Unlinked u => [u.Subject],
        Merged m => [m.From, m.Into],
        Quarantined q => [q.From, q.Into],
        _ => [],
    };

    /// <summary>By which name an event is asked for, and the two it is about; null for one that has none.</summary>
    public static (string Name, Subject From, Subject Into)? NameOf(IdentityEvent e) => e switch
    {
        Merged m => (m.Merge, m.From, m.Into),
        Quarantined q => (q.Case, q.From, q.Into),
        _ => null,
    };

    /// <summary>The events that neither name a subject nor belong to a merge or case that does.</summary>
    public static List<IdentityEvent> Without(IReadOnlyList<IdentityEvent> events, Subject subject)
    {
        var gone = events.Where(e => Of(e).Contains(subject)).ToList();
        var names = gone.Select(e => e switch { Merged m => m.Merge, Quarantined q => q.Case, _ => "" }).ToHashSet(StringComparer.Ordinal);
        return [.. events.Except(gone).Where(e => e is not (Unmerged or Reviewed) || !names.Contains(e is Unmerged u ? u.Merge : ((Reviewed)e).Case))];
    }
}
