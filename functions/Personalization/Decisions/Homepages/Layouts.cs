using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Homepages;

/// <summary>Which slots a page has, and in what order, for somebody new, somebody who came back, and somebody about to buy.</summary>
internal static class Layouts
{
    private const string New = "new";
    private const string Returning = "returning";
    private const string Buying = "buying";

    private static readonly WantedSlot[] ForNew = Of("hero", "trending", "category-1", "category-2", "category-3", "popular");
    private static readonly WantedSlot[] ForReturning = Of("hero", "for-you", "category-1", "category-2", "recently-viewed", "trending");
    private static readonly WantedSlot[] ForBuying = Of("recently-viewed", "hero", "category-1", "for-you", "trending");

    public static string Of(Hints hints) => hints switch
    {
        { Profile: null } or { Profile.Recent.Count: 0 } => New,
        { Intent: true } => Buying,
        _ => Returning,
    };

    public static IReadOnlyList<WantedSlot> Slots(string layout) => layout switch
    {
        Buying => ForBuying,
        Returning => ForReturning,
        _ => ForNew,
    };

    private static WantedSlot[] Of(params string[] names) => Array.ConvertAll(names, n => new WantedSlot(n, null));
}
