using Personalization.Catalog;
using Personalization.Training.Choosing;
using Personalization.Training.Content;
using Personalization.Training.Learning;
using Personalization.Training.Offline;

namespace Personalization.Bench.Training;

/// <summary>What was bought before a day, and what the same people bought first in the month after it.</summary>
internal sealed class NextMonth
{
    private const int Days = 31;

    private readonly ulong[] keys;
    private readonly Interactions before;
    private readonly Interactions after;

    private NextMonth(ulong[] keys, Interactions before, Interactions after) => (this.keys, this.before, this.after) = (keys, before, after);

    public int New => keys.Length - before.Width;

    /// <summary>Of these, how many were bought first in the month, so that they were surely on offer.</summary>
    public int OnOffer => Offered(new bool[keys.Length]).Count(o => o) - before.Width;

    public static NextMonth Of(MeetingLog log, DateTimeOffset day)
    {
        var (from, until) = (day.ToUnixTimeSeconds(), day.AddDays(Days).ToUnixTimeSeconds());
        int[] known = [.. log.Meetings.Where(m => m.At < from).Select(m => m.Item).Distinct().Order()];
        int[] order = [.. known, .. Enumerable.Range(0, log.Items.Count).Except(known)];
        var number = order.Index().ToDictionary(o => o.Item, o => o.Index);
        Meeting[] all = [.. log.Meetings.Select(m => m with { Item = number[m.Item] })];
        return new(
            [.. order.Select(o => ItemKey.Of(log.Items[o]).Value)], Meeting.Together(all.Where(m => m.At < from), log.People, known.Length),
            Meeting.Together(all.Where(m => m.At >= from && m.At < until), log.People, order.Length));
    }

    public IRecommender Served(Recipe recipe, CatalogueSnapshot? catalogue)
    {
        var model = Made.Of("month", default, keys[..before.Width], recipe.Learn(before, 1, Environment.ProcessorCount, default));
        return new Served(NewItems.Place(model, before.PeopleByColumn(), catalogue, Environment.ProcessorCount, default).Model, keys);
    }

    /// <summary>The catalogue with only what was surely on offer.</summary>
    public CatalogueSnapshot Of(CatalogueSnapshot catalogue)
    {
        var offered = Offered(new bool[keys.Length]);
        return CatalogueSnapshot.Empty.With(keys.Index().Where(k => offered[k.Index]).Select(k => catalogue.Find(new ItemKey(k.Item))!.Item));
    }

    private bool[] Offered(bool[] offered)
    {
        offered.AsSpan(0, before.Width).Fill(true);
        for (var person = 0; person < after.Rows; person++)
            foreach (var item in after.ColumnsOf(person)) offered[item] = true;
        return offered;
    }

    public void Ask(Tally tally, IRecommender model)
    {
        var scores = new float[keys.Length];
        for (var person = 0; person < before.Rows; person++)
        {
            var had = before.ColumnsOf(person).ToArray();
            int[] wanted = [.. after.ColumnsOf(person).ToArray().Except(had)];
            if (wanted.Length == 0 || had.Length == 0) continue;
            model.Score(had, before.WeightsOf(person), scores);
            foreach (var item in had) scores[item] = float.NegativeInfinity;
            tally.Add(scores, wanted, item => item >= before.Width);
        }
    }
}
