using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Tests.Profiles;
using Personalization.Training.Ordering;

namespace Personalization.Tests.Training.Ordering;

/// <summary>
/// People who choose from lists by what items are and by where they stand: as likely as e to the sum of their wishes, times one over a
/// power of the place.
/// </summary>
internal sealed class Shoppers(DecisionEngine engine, float explore, double pull, params (Column Column, double Weight)[] wishes)
{
    private const int Candidates = 20;
    private const int Places = 8;

    private static readonly Column[] Known = [Column.Model, Column.Category, Column.Brand, Column.Popular, Column.Seen];

    private readonly Random random = new(11);
    private ushort count;

    /// <summary>By which the lists are made.</summary>
    public Ranker By { get; init; } = Rankers.Standard(engine);

    public static DateTimeOffset Start => Behaviour.Start;

    public int MinutesApart { get; init; } = 1;

    /// <summary>A list, and the item that was chosen from it.</summary>
    public (Decision Decision, ulong Chosen) Ask()
    {
        var d = new Decision { Engine = engine, Tier = Tier.Singleton, At = Start.AddMinutes(MinutesApart * count), Explore = new(explore, 5) };
        for (var i = 0; i < Candidates; i++)
        {
            d.Pool.Add(new((ulong)((count * 100) + i + 1)), Pool.Nowhere, Pool.NoGroup);
            if (engine == DecisionEngine.Search) d.Pool.Set(Column.Relevance, i, 1 - ((float)i / (Candidates - 1)));
            foreach (var column in Known)
                if (random.NextDouble() < 0.5) d.Pool.Set(column, i, random.NextSingle());
        }

        d.Add(new Slot("results", Places, By));
        d.Id = new(DecisionId.NonceOf(d.At, count++), (UInt128)count);
        d.Arrange(d.Id.Nonce);
        DecisionRecord.Write(d);
        double[] likely = [.. d.Placed.Select((p, place) => Math.Exp(Wish(d.Pool, p.Candidate)) * Math.Pow(place + 1, -pull))];
        var (left, chosen) = (random.NextDouble() * likely.Sum(), 0);
        while (chosen < likely.Length - 1 && (left -= likely[chosen]) > 0) chosen++;
        return (d, d.Pool.Keys[d.Placed[chosen].Candidate]);
    }

    public IReadOnlyList<LoggedChoice> Choices(int number, int people = 200) =>
        [.. Enumerable.Range(0, number).SelectMany(n => Ask() is var (d, chosen) ? LoggedChoice.Of(LoggedFacts.Read(d.Record.Written)!, d.Id, (UInt128)(n % people), [chosen]) : [])];

    /// <summary>How well a ranker agrees with what people wish, over items they have not met: the correlation of the two.</summary>
    public double Agrees(Ranker ranker)
    {
        var pairs = new List<(double Wish, double Score)>();
        for (var n = 0; n < 50; n++)
        {
            var d = Ask().Decision;
            for (var i = 0; i < d.Pool.Count; i++) pairs.Add((Wish(d.Pool, i), Score(ranker, d.Pool, i)));
        }

        var (wish, score) = (pairs.Average(p => p.Wish), pairs.Average(p => p.Score));
        return pairs.Sum(p => (p.Wish - wish) * (p.Score - score)) / Math.Sqrt(pairs.Sum(p => Math.Pow(p.Wish - wish, 2)) * pairs.Sum(p => Math.Pow(p.Score - score, 2)));
    }

    public static double Score(Ranker ranker, Pool pool, int i) => Enumerable.Range(0, Columns.Count).Sum(c => (double)ranker.Weights(false)[c] * pool.Value((Column)c, i));

    private double Wish(Pool pool, int i) => wishes.Sum(w => w.Weight * pool.Value(w.Column, i));
}
