using Personalization.Decisions.Candidates;
using Personalization.Rules;

namespace Personalization.Decisions;

/// <summary>
/// The segments a person is in at the moment of a decision, by what their profile says; rules name them. Whoever is held
/// out, refuses or is unknown is in <c>unknown</c> alone.
/// </summary>
internal static class PersonSegments
{
    public const int Most = 4;

    /// <summary>From this share on somebody is drawn to one category above all.</summary>
    private const float Drawn = 0.4f;

    private static readonly ulong Unknown = CompiledRules.SegmentKey("unknown");
    private static readonly ulong New = CompiledRules.SegmentKey("new");
    private static readonly ulong Returning = CompiledRules.SegmentKey("returning");
    private static readonly ulong HighIntent = CompiledRules.SegmentKey("high-intent");

    public static int Of(Decision d, Span<ulong> into)
    {
        if (d.Hints.Profile is not { } profile)
        {
            into[0] = Unknown;
            return 1;
        }

        var n = 0;
        into[n++] = profile.Recent.Count == 0 ? New : Returning;
        if (d.Hints.Intent) into[n++] = HighIntent;
        foreach (var key in d.Hints.Terms.Keys)
            if (d.Hints.Terms.Of(key).Person >= Drawn && d.Shelf.GroupOf(new Catalog.Term(key)) is var group && group != Pool.NoGroup && n < into.Length) into[n++] = d.Shelf.SegmentOf(group);
        return n;
    }
}
