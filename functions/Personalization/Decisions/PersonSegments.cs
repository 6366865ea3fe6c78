using Personalization.Decisions.Candidates;
using Personalization.Rules;

namespace Personalization.Decisions;

/// <summary>
/// The segments a person is in at the moment of a decision, by what their profile says; rules name them. Whoever is held
/// out, refuses or is unknown is in <c>unknown</c> alone.
/// </summary>
public static class PersonSegments
{
    /// <summary>From this share on somebody is drawn to one category above all.</summary>
    private const float Drawn = 0.4f;

    private static readonly ulong Unknown = CompiledRules.SegmentKey("unknown");
    private static readonly ulong New = CompiledRules.SegmentKey("new");
    private static readonly ulong Returning = CompiledRules.SegmentKey("returning");
    private static readonly ulong HighIntent = CompiledRules.SegmentKey("high-intent");

    /// <summary>The same for what is no engine's decision; null where the profile is there and cannot be read.</summary>
    public static async ValueTask<ulong[]?> Read(ProfileLookup people, Shelves shelves, string? user, string? visitor, TimeProvider time, CancellationToken stop)
    {
        var (found, hints, segments) = (await people.Find(user, visitor, stop), new Hints(), new List<ulong>());
        hints.Begin(found.Profile, null, Consent.Region.Unknown, Profiles.FeatureInput.Seconds(time.GetUtcNow().ToUnixTimeMilliseconds()));
        Find(hints, shelves.Now, segments);
        people.Return(found);
        return found is { Profile: null, Why: Fallback.ProfileUnavailable } ? null : [.. segments];
    }

    internal static void Find(Hints hints, Shelf shelf, List<ulong> into)
    {
        if (hints.Profile is not { } profile)
        {
            into.Add(Unknown);
            return;
        }

        into.Add(profile.Recent.Count == 0 ? New : Returning);
        if (hints.Intent) into.Add(HighIntent);
        foreach (var key in hints.Terms.Keys)
            if (hints.Terms.Of(key).Person >= Drawn && shelf.GroupOf(new Catalog.Term(key)) is var group && group != Pool.NoGroup) into.Add(shelf.SegmentOf(group));
    }
}
