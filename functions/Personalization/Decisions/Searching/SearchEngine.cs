using System.Text.Json;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Searching;

/// <summary>
/// Puts the results of the frontend's own search in another order. None is added, and none taken away but by a rule or a
/// <c>count</c>: its filters are the frontend's. Where nothing is known of the person the order stays as it came.
/// </summary>
public sealed class SearchEngine(EngineOptions options) : IDecisionEngine
{
    public const string SlotName = "results";

    private const int MaxTerms = 16;

    public DecisionEngine Engine => DecisionEngine.Search;

    public EngineOptions Options => options;

    public static (string Field, string Reason)? Fault(Decision d) => d.Ask switch
    {
        { Candidates.Count: 0 } => ("candidates", "is missing; send what your search found"),
        { Count: < 1 or > Pool.Most } => ("count", $"must be between 1 and {Pool.Most}"),
        _ when Twice(d) is { } number => ($"candidates[{number}].id", "is there twice"),
        _ => null,
    };

    /// <summary>The number of a candidate that is there twice; null where none is.</summary>
    private static int? Twice(Decision d)
    {
        var found = d.Ask.Candidates;
        d.Known.Clear();
        for (var i = 0; i < found.Count; i++)
        {
            ref var known = ref d.Known.At(found[i].Item.Value);
            if (known) return i;
            known = true;
        }

        return null;
    }

    public void Gather(Decision d)
    {
        var speak = d.Hints.Speak;
        var found = d.Ask.Candidates;
        Order(found);
        var (worst, best) = (found[^1].Relevance, found[0].Relevance);
        for (var i = 0; i < found.Count; i++)
        {
            var place = d.Shelf.PlaceOf(found[i].Item);
            d.Pool.Add(found[i].Item, place, place < 0 ? Pool.NoGroup : d.Shelf.GroupOf(place), found[i].Text);
            d.Pool.Set(Column.Relevance, i, Share(found[i].Relevance, worst, best));
        }

        Named(d);
        d.Add(new(SlotName, d.Ask.Count ?? found.Count, speak ? d.Ranker ?? options.Ranker : Fallbacks.Of(options.Fallback))
        {
            Most = options.Diversifier == Diversifier.Spread ? Recommending.RecommendationEngine.Spread(d.Ask.Count ?? found.Count) : 0,
        });
    }

    /// <summary>The best first; equals, and all where no relevance is said, stay as they came. Usually they came so.</summary>
    private static void Order(List<FoundItem> found)
    {
        var sorted = true;
        for (var i = 0; i < found.Count; i++)
        {
            if (double.IsNaN(found[i].Relevance)) found[i] = found[i] with { Relevance = -i };
            sorted &= i == 0 || found[i - 1].Relevance >= found[i].Relevance;
        }

        if (sorted) return;
        var ordered = found.Index().OrderByDescending(f => f.Item.Relevance).ThenBy(f => f.Index).Select(f => f.Item).ToList();
        found.Clear();
        found.AddRange(ordered);
    }

    /// <summary>From 0 for the worst to 1 for the best. Halves, because what lies between may be more than a number can say.</summary>
    private static float Share(double relevance, double worst, double best)
    {
        var range = best - worst;
        if (range > 0 && double.IsFinite(range)) return (float)((relevance - worst) / range);
        return best > worst ? (float)(((relevance / 2) - (worst / 2)) / ((best / 2) - (worst / 2))) : 1;
    }

    private static void Named(Decision d)
    {
        if (d.Ask.Query.Equals(default)) return;
        Span<ulong> terms = stackalloc ulong[MaxTerms];
        Span<byte> plain = stackalloc byte[AskReader.MaxQuery];
        d.Hints.TakeNamed(terms[..d.Shelf.Items.Terms.Find(plain[..Query(d, plain)], terms)]);
    }

    /// <summary>The words as they were meant, also where they were sent with escapes; says how many bytes.</summary>
    private static int Query(Decision d, Span<byte> into)
    {
        var (start, length) = d.Ask.Query.GetOffsetAndLength(d.Body.Length);
        var json = new Utf8JsonReader(d.Body.Span.Slice(start - 1, length + 2));
        json.Read();
        return json.CopyString(into);
    }
}
