using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Personalization.Bench.Scoring;

/// <summary>
/// Variants measured side by side: in turns, so that what else the machine does befalls all of them alike. Each turn
/// starts with two calls that count for nothing, as the turn before has filled the caches with other memory.
/// </summary>
internal sealed class Interleaved(int turns, int perTurn)
{
    private const int WarmUps = 100;
    private readonly List<Variant> _variants = [];

    /// <param name="what">The row's name.</param>
    /// <param name="bytes">What one call reads; 0 to say nothing about memory.</param>
    /// <param name="once">One call; the number goes up by one.</param>
    /// <param name="repeat">Calls measured together, for what is too short for the clock.</param>
    public void Add(string what, long bytes, Action<int> once, int repeat = 1) => _variants.Add(new(what, bytes, once, repeat, new double[turns * perTurn]));

    public void Run(StringBuilder text)
    {
        foreach (var variant in _variants)
            for (var i = 0; i < WarmUps; i++) variant.Once(i);
        for (var turn = 0; turn < turns; turn++)
            foreach (var variant in _variants) Turn(variant, turn);
        var memory = Speed(_variants[0]);
        text.Append("\n| What | p50 ms | p99 ms | least ms | Allocated B | GB/s | of the first row |\n|---|---|---|---|---|---|---|\n");
        foreach (var variant in _variants)
        {
            var (p50, p99) = (variant.At(0.5), variant.At(0.99));
            text.Append(CultureInfo.InvariantCulture, $"| {variant.What} | {p50:0.0000} | {p99:0.0000} | {variant.At(0):0.0000} | {variant.Allocated} | ");
            text.Append(variant.Bytes == 0 ? "| |\n" : string.Create(CultureInfo.InvariantCulture, $"{Speed(variant):0.0} | {100 * Speed(variant) / memory:0} % |\n"));
        }
    }

    private void Turn(Variant variant, int turn)
    {
        variant.Once(0);
        variant.Once(1);
        for (var i = 0; i < perTurn; i++)
        {
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            for (var j = 0; j < variant.Repeat; j++) variant.Once(i + j);
            var took = Stopwatch.GetElapsedTime(start);
            variant.Allocated += GC.GetAllocatedBytesForCurrentThread() - allocated;
            variant.Took[(turn * perTurn) + i] = took.TotalMilliseconds / variant.Repeat;
        }
    }

    private static double Speed(Variant variant) => variant.Bytes / variant.At(0.5) / 1e6;

    private sealed record Variant(string What, long Bytes, Action<int> Once, int Repeat, double[] Took)
    {
        public long Allocated { get; set; }

        public double At(double share) => Took.Order().ElementAt((int)(share * (Took.Length - 1)));
    }
}
