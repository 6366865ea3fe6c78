using System.Text;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Events;
using Personalization.Identity;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Tests.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Decisions;

/// <summary>A decision made of what a test says there is, and what came of it.</summary>
internal sealed class Made
{
    public static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    public static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With(
    [
        Item("boot", "footwear"), Item("sandal", "footwear"), Item("scarf", "accessories"), Item("gone", "footwear") with { Available = false },
    ]);

    public static readonly PopularItems Popular = PopularItems.Of([new(ItemKey.Of("scarf"), 1), new(ItemKey.Of("sandal"), 0.5f)], Now);

    public CatalogueSnapshot Items { get; init; } = Catalogue;

    public PopularItems Ranking { get; init; } = Popular;

    public Profile? Profile { get; init; }

    public VaultFeatures? Vault { get; init; }

    public DateTimeOffset At { get; init; } = Now;

    public Exploration Explore { get; init; }

    public Personalization.Rules.CompiledRules Rules { get; init; } = Personalization.Rules.CompiledRules.None;

    public Personalization.Models.Serving Model { get; init; } = Personalization.Models.Serving.None;

    /// <summary>Null where everything is scored for itself.</summary>
    public Personalization.Segments.Tiers? Tiers { get; init; }

    /// <summary>In place of the items and the ranking.</summary>
    public Shelf? On { get; init; }

    public int Person { get; init; }

    /// <summary>All subjects of the person; none where they are known as one.</summary>
    public IReadOnlyList<Subject> Members { get; init; } = [];

    /// <summary>A variant's.</summary>
    public Ranker? Ranker { get; init; }

    public LearnedRankers Learned { get; init; } = LearnedRankers.None;

    public static EngineOptions Options(Ranker ranker, FallbackPolicy fallback = FallbackPolicy.Popular, Diversifier diversifier = Diversifier.None) => new(true, ranker, diversifier, fallback);

    public static Item Item(string id, string category) => new() { Id = id, Category = category };

    public static IReadOnlyList<Companion> NoCompanions(ItemKey item, PairKind kind) => [];

    /// <summary>Somebody who met items, one after the other.</summary>
    public static Profile Met(EventType type, params IReadOnlyList<string> items) => Met(Catalogue, type, items);

    public static Profile Met(CatalogueSnapshot catalogue, EventType type, params IReadOnlyList<string> items)
    {
        var (profile, input) = (new Profile(), new FeatureInput());
        foreach (var (number, item) in items.Index())
        {
            input.Take(Behaviour.Event(type, Now.AddMinutes(number - items.Count)) with { Items = new[] { ItemKey.Of(item).Value } }, catalogue);
            profile.Apply(input, Purposes.All);
        }

        return profile;
    }

    public Decision By(IDecisionEngine engine, string body)
    {
        var d = new Decision { Body = Encoding.UTF8.GetBytes(body), At = At, Shelf = On ?? Shelf.Of(Items, Ranking), Subject = new((UInt128)(uint)Person) };
        d.Begin();
        Assert.Null(new AskReader(d.Body.Span, d.Ask, AskFields.Recommendations | AskFields.Search | AskFields.Homepage).Read());
        d.Person = new(null, Profile, Vault, Purposes.None, Profile is null ? Personalization.Decisions.Fallback.UnknownPerson : Personalization.Decisions.Fallback.None) { Members = Members };
        (d.Id, d.Explore, d.Rules, d.Ranker, d.Learned, d.Model) = (new(42, 7), Explore, Rules, Ranker, Learned, Model);
        Decider.Make(engine, d, Tiers);
        return d;
    }

    public static IReadOnlyList<string> Ids(Decision d, int slot = 0) => [.. d.Placed.Where(p => p.Slot == slot).Select(p => Id(d, p))];

    public static JsonElement Answer(Decision d) => JsonDocument.Parse(d.Answer.Memory).RootElement;

    public static IReadOnlyList<string> Reasons(Decision d, string id) =>
        [.. Answer(d).GetProperty("items").EnumerateArray().Single(i => i.GetProperty("id").GetString() == id).GetProperty("reasons").EnumerateArray().Select(r => r.GetString()!)];

    public static string? Fallback(Decision d) => DecisionNames.Of(d.Fallback);

    private static string Id(Decision d, Placement p) => Encoding.UTF8.GetString(d.Pool.Places[p.Candidate] is >= 0 and var place ? d.Shelf.IdOf(place) : d.Body.Span[d.Pool.Texts[p.Candidate]]);
}
