using System.Text.Json;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;

namespace Personalization.Tests.Training.Evaluating;

public class ThreadsTests
{
    private const int Items = 60;

    private static readonly Split Shop = Small.Shop(300, Items, 1);

    private static readonly ItemGroups Groups = new("category", [.. Enumerable.Range(0, Items).Select(i => (i % 6) - 1)], ["a", "b", "c", "d", "e"]);

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        // Threads of the pool are there at once, or one alone may do all there is to do.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 16), ports);
        var alone = Text(1, 7);
        Assert.Equal(alone, Text(2, 7));
        Assert.Equal(alone, Text(5, 7));
        Assert.NotEqual(alone, Text(1, 8));
    }

    [Fact]
    public void Which_thread_it_is_changes_nothing()
    {
        var elsewhere = "";
        var thread = new Thread(() => elsewhere = Text(1, 7));
        thread.Start();
        thread.Join();
        Assert.Equal(elsewhere, Text(1, 7));
    }

    private static string Text(int threads, ulong seed)
    {
        using var meeting = new Together(Math.Min(threads, 2));
        Contender[] contenders = [new("all", meeting, true), Contender.Of(Counted.Learn(Shop.Train))];
        var options = EvaluationOptions.Default with { Threads = threads, MostPeople = 200 };
        return JsonSerializer.Serialize(Evaluation.Run(contenders, Shop, Asked.NewItems, [Groups], options, seed, default), Stored.Default.EvaluationReport);
    }

    /// <summary>Scores nothing before so many threads ask it.</summary>
    private sealed class Together(int threads) : IRecommender, IDisposable
    {
        private readonly HashSet<int> seen = [];
        private readonly ManualResetEventSlim there = new();

        public string Name => "all";

        public void Score(ReadOnlySpan<int> items, ReadOnlySpan<float> weights, Span<float> scores)
        {
            lock (seen)
            {
                seen.Add(Environment.CurrentManagedThreadId);
                if (seen.Count == threads) there.Set();
            }

            Assert.True(there.Wait(TimeSpan.FromMinutes(1)), "one thread is alone");
            for (var i = 0; i < scores.Length; i++) scores[i] = i * 37 % Items / (float)Items;
        }

        public void Dispose() => there.Dispose();
    }
}
