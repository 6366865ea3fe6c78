using Personalization.Catalog;
using Personalization.Training.Choosing;
using Personalization.Training.Content;
using Personalization.Training.Learning;
using Personalization.Training.Offline;

namespace Personalization.Bench.Training;

/// <summary>A shop without a tenth of its items, and what people bought of these.</summary>
internal sealed class ColdTenth
{
    public const int Parts = 10;

    private readonly Interactions people;
    private readonly Interactions left;
    private readonly int[] cold;

    private ColdTenth(ulong[] keys, Interactions people, Interactions left, int[] cold) => (Keys, this.people, this.left, this.cold) = (keys, people, left, cold);

    /// <summary>First those that are learned from, then the others.</summary>
    public ulong[] Keys { get; }

    public static ColdTenth Of(MeetingLog log, int part)
    {
        int[] taken = [.. Enumerable.Range(0, log.Items.Count).Where(i => Chance.Bits(1, (ulong)i) % Parts == (ulong)part)];
        int[] order = [.. Enumerable.Range(0, log.Items.Count).Except(taken), .. taken];
        var number = order.Index().ToDictionary(o => o.Item, o => o.Index);
        var warm = order.Length - taken.Length;
        Meeting[] all = [.. log.Meetings.Select(m => m with { Item = number[m.Item] })];
        return new(
            [.. order.Select(o => ItemKey.Of(log.Items[o]).Value)], Meeting.Together(all, log.People, order.Length),
            Meeting.Together(all.Where(m => m.Item < warm), log.People, warm), [.. Enumerable.Range(warm, taken.Length)]);
    }

    public IRecommender Served(Recipe recipe, CatalogueSnapshot catalogue)
    {
        var model = Made.Of("cold", default, Keys[..left.Width], recipe.Learn(left, 1, Environment.ProcessorCount, default));
        return new Served(NewItems.Place(model, left.PeopleByColumn(), catalogue, Environment.ProcessorCount, default).Model, Keys);
    }

    public void Ask(Tally tally, IRecommender model)
    {
        var scores = new float[Keys.Length];
        for (var person = 0; person < people.Rows; person++)
        {
            int[] wanted = [.. people.ColumnsOf(person).ToArray().Where(i => i >= left.Width).Select(i => i - left.Width)];
            if (wanted.Length == 0 || left.ColumnsOf(person).IsEmpty) continue;
            model.Score(left.ColumnsOf(person), left.WeightsOf(person), scores);
            tally.Add(scores.AsSpan(left.Width, cold.Length), wanted, _ => true);
        }
    }
}

/// <summary>Any order, another for everybody.</summary>
internal sealed class AtRandom : IRecommender
{
    private ulong asked;

    public string Name => "random";

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        asked++;
        for (var i = 0; i < scores.Length; i++) scores[i] = (float)Chance.Uniform(asked, (ulong)i);
    }
}

/// <summary>How much of what somebody met an item resembles: cosines of descriptions, added up.</summary>
internal sealed class SameWords(CatalogueSnapshot catalogue, ulong[] keys) : IRecommender
{
    private readonly Descriptions words = Descriptions.Of(catalogue);
    private readonly Dictionary<ulong, int> rows = Descriptions.Of(catalogue).Items.Index().ToDictionary(i => i.Item.Key.Value, i => i.Index);

    public string Name => "same words";

    public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
    {
        var taste = new float[words.Features];
        foreach (var item in items)
            foreach (var feature in words.FeaturesOf(rows[keys[item]])) taste[feature] += words.Square(feature) / words.Length(rows[keys[item]]);
        for (var item = 0; item < scores.Length; item++)
        {
            scores[item] = 0;
            foreach (var feature in words.FeaturesOf(rows[keys[item]])) scores[item] += taste[feature] / words.Length(rows[keys[item]]);
        }
    }
}
