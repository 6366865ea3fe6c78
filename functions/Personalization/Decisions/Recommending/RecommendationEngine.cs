using Personalization.Catalog;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Popularity;

namespace Personalization.Decisions.Recommending;

/// <summary>Recommendations: for somebody, or around items of theirs.</summary>
public sealed class RecommendationEngine(Func<ItemKey, PairKind, IReadOnlyList<Companion>> companions, EngineOptions options) : IDecisionEngine
{
    public const string SlotName = "items";
    public const int Standard = 10;
    public const int MaxCount = 100;

    private const string ForYou = "for-you";
    private static readonly string[] Kinds = [ForYou, "similar", "also-bought", "basket", "session"];

    /// <summary>Items asked about that speak; the rest of a long list changes little.</summary>
    private const int Speaking = 20;

    public DecisionEngine Engine => DecisionEngine.Recommendations;

    public EngineOptions Options => options;

    /// <summary>What is wrong with a request, as field and reason; null when nothing is.</summary>
    public static (string Field, string Reason)? Fault(Ask ask) => ask switch
    {
        { Count: < 1 or > MaxCount } => ("count", $"must be between 1 and {MaxCount}"),
        { Kind: { } kind } when !Kinds.Contains(kind, StringComparer.Ordinal) => ("kind", $"must be one of {string.Join(", ", Kinds)}"),
        { Kind: "similar" or "also-bought" or "basket", Items.Count: 0 } => ("items", $"is missing; {ask.Kind} is about given items"),
        _ => null,
    };

    public ulong Shape(Decision d) => IsForYou(d.Ask) && d.Ask.Items.Count == 0 ? (uint)(d.Ask.Count ?? Standard) | (d.Ask.Unseen ? 1UL << 32 : 0) : 0;

    public void Gather(Decision d)
    {
        var ask = d.Ask;
        Gathering.Exclude(d, ask.Exclude);
        Gathering.Exclude(d, ask.Items);
        if (ask.Items.Count > 0) About(d);
        if (ask.Kind is null or ForYou or "session")
        {
            d.Hints.TakeCompanions(companions);
            Gathering.Learned(d);
        }

        Gathering.Everything(d);
        d.Add(new(SlotName, ask.Count ?? Standard, RankerOf(d))
        {
            Most = options.Diversifier == Diversifier.Spread && IsForYou(ask) ? Spread(ask.Count ?? Standard) : 0,
            Refuses = ask.Unseen ? (1u << (int)Column.Seen) | (1u << (int)Column.Purchased) : 0,
        });
    }

    /// <summary>A third of the places, and at least two: who is drawn to one thing sees more of it, and not that alone.</summary>
    public static int Spread(int count) => Math.Max(2, (count + 2) / 3);

    private static bool IsForYou(Ask ask) => ask.Kind is null or ForYou;

    private void About(Decision d)
    {
        var asked = Math.Min(d.Ask.Items.Count, Speaking);
        for (var i = 0; i < asked; i++) d.Hints.TakeAsked(d.Ask.Items[i], d.Shelf.Items.Find(d.Ask.Items[i]), 1f / asked, companions);
    }

    private Ranker RankerOf(Decision d) => d.Ask.Kind switch
    {
        "similar" => Rankers.Similar,
        "also-bought" or "basket" => Rankers.Together,
        "session" => Rankers.Session,
        _ when d.Hints.Speak => d.Ranker ?? options.Ranker,
        _ => Fallbacks.Of(options.Fallback),
    };
}
