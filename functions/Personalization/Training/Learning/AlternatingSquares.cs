using Personalization.Decisions.Scoring;
using Personalization.Models;

namespace Personalization.Training.Learning;

/// <summary>
/// Learns vectors from what people met: the ones that make Σ c·(1 − u·y)² over what was met, plus background · Σ (u·y)² over
/// everything, plus λ·|u|² for each person and each item, small. People and items are solved in turn.
/// </summary>
/// <remarks>
/// Before one side is solved, both are turned so that Σ y·yᵀ of the other is a diagonal: no product of a person and an item
/// changes by that, and what is not known costs a multiplication for each dimension instead of one for each pair of them.
/// Hu, Koren and Volinsky 2008 for the sum; Rendle and others 2021 for λ. Vectors of people are gone when this returns.
/// </remarks>
public sealed class AlternatingSquares
{
    private readonly Interactions people;
    private readonly Interactions items;
    private readonly float[] peoplesConfidences;
    private readonly float[] itemsConfidences;
    private readonly Matrix persons;
    private readonly Matrix vectors;
    private readonly FactorSettings settings;
    private readonly ParallelOptions parallel;

    private AlternatingSquares(Interactions people, FactorSettings settings, int threads, CancellationToken stop)
    {
        (this.people, items, this.settings) = (people, people.Turned(), settings);
        (peoplesConfidences, itemsConfidences) = (Confidences(people), Confidences(items));
        persons = new(people.Rows, settings.Dimensions);
        vectors = new(people.Width, settings.Dimensions);
        parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = stop };
    }

    /// <param name="people">Who met what.</param>
    /// <param name="progress">Told after each sweep how many there were.</param>
    /// <exception cref="ArithmeticException">A vector holds a value that is no number.</exception>
    public static Factors Learn(Interactions people, FactorSettings settings, int threads, CancellationToken stop, Action<int>? progress = null)
    {
        if (settings.Wrong() is { } wrong) throw new ArgumentException(wrong, nameof(settings));
        var run = new AlternatingSquares(people.Ordered(), settings, threads, stop);
        run.Draw();
        for (var sweep = 0; sweep < settings.Sweeps; sweep++)
        {
            run.Solve(run.people, run.peoplesConfidences, run.vectors, run.persons);
            run.Solve(run.items, run.itemsConfidences, run.persons, run.vectors);
            progress?.Invoke(sweep + 1);
        }

        return Factors.Of(run.vectors, settings.Folding, threads);
    }

    /// <summary>The first vectors: small numbers to both sides of zero, each item's from its own place.</summary>
    private void Draw()
    {
        var scale = 0.1 / Math.Sqrt(settings.Dimensions);
        for (var item = 0; item < vectors.Rows; item++)
        {
            var row = vectors[item];
            for (var d = 0; d < settings.Dimensions; d++) row[d] = (float)(scale * Chance.Normal(settings.Seed, ((ulong)item * 1024) + (ulong)d));
        }
    }

    private void Solve(Interactions rows, float[] confidences, Matrix known, Matrix wanted)
    {
        var spectrum = Turning.Turn(known, wanted, parallel.MaxDegreeOfParallelism);
        var starts = Ranges(rows);
        Parallel.For(0, starts.Length - 1, parallel, () => (Solver: new RowSolver(wanted.Stride), Exact: new ExactSolver(wanted.Stride), Diagonal: new Aligned<float>(wanted.Stride)), (range, _, scratch) =>
        {
            var diagonal = scratch.Diagonal.Span;
            for (var row = starts[range]; row < starts[range + 1]; row++)
            {
                var met = rows.ColumnsOf(row);
                var c = confidences.AsSpan(rows.Before(row), met.Length);
                Diagonal(spectrum, c, known.Rows, diagonal);
                if (met.IsEmpty) wanted[row].Clear();
                else if (settings.Steps == 0) scratch.Exact.Solve(known, met, c, diagonal, wanted[row]);
                else scratch.Solver.Improve(known, met, c, diagonal, settings.Steps, wanted[row]);
            }

            return scratch;
        }, _ => { });
    }

    private void Diagonal(ReadOnlySpan<float> spectrum, ReadOnlySpan<float> confidences, int count, Span<float> into)
    {
        var known = 0.0;
        foreach (var c in confidences) known += c;
        var lambda = (float)settings.Folding.Lambda(known, count);
        for (var i = 0; i < into.Length; i++) into[i] = lambda + (i < spectrum.Length ? settings.Folding.Background * spectrum[i] : 0);
    }

    /// <summary>Rows in parts of about the same work.</summary>
    private static int[] Ranges(Interactions rows)
    {
        const int Parts = 256;
        const int EachRow = 16;
        var (starts, work, per) = (new List<int> { 0 }, 0L, ((rows.Count + ((long)EachRow * rows.Rows)) / Parts) + 1);
        for (var row = 0; row < rows.Rows; row++)
        {
            work += rows.ColumnsOf(row).Length + EachRow;
            if (work < per) continue;
            starts.Add(row + 1);
            work = 0;
        }

        if (starts[^1] < rows.Rows) starts.Add(rows.Rows);
        return [.. starts];
    }

    private float[] Confidences(Interactions rows)
    {
        var confidences = new float[rows.Count];
        for (var row = 0; row < rows.Rows; row++)
        {
            var weights = rows.WeightsOf(row);
            for (var i = 0; i < weights.Length; i++) confidences[rows.Before(row) + i] = (float)settings.Folding.Confidence(weights[i]);
        }

        return confidences;
    }
}
