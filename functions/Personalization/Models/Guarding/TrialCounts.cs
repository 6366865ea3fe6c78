using System.Text.Json;

namespace Personalization.Models.Guarding;

/// <summary>
/// What became of decisions in a trial of a canary: sums for each of some hundred parts of the people, on either side. People
/// are not to be told from one another by it, and what one person does alike again and again counts as one part's and not as many.
/// </summary>
public sealed class TrialCounts
{
    /// <summary>Parts on either side.</summary>
    public const int Parts = 128;

    // Champion's parts, then the canary's.
    private readonly long[] decisions = new long[2 * Parts], outcomes = new long[2 * Parts], micros = new long[2 * Parts];

    public void Decided(bool canary, int part, long took)
    {
        Interlocked.Increment(ref decisions[Place(canary, part)]);
        Interlocked.Add(ref micros[Place(canary, part)], took);
    }

    public void Good(bool canary, int part) => Interlocked.Increment(ref outcomes[Place(canary, part)]);

    public void Add(TrialCounts other)
    {
        Add(decisions, other.decisions);
        Add(outcomes, other.outcomes);
        Add(micros, other.micros);
    }

    public ReadOnlySpan<long> Decisions(bool canary) => decisions.AsSpan(Place(canary, 0), Parts);

    public ReadOnlySpan<long> Outcomes(bool canary) => outcomes.AsSpan(Place(canary, 0), Parts);

    public ReadOnlySpan<long> Micros(bool canary) => micros.AsSpan(Place(canary, 0), Parts);

    internal byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(new TrialRow([.. decisions], [.. outcomes], [.. micros]), Stored.Default.TrialRow);

    /// <summary>Null for a body that is none.</summary>
    internal static TrialCounts? Read(ReadOnlyMemory<byte> body)
    {
        if (Stored.Read(body, Stored.Default.TrialRow) is not { Decisions.Length: 2 * Parts, Outcomes.Length: 2 * Parts, Micros.Length: 2 * Parts } row) return null;
        var read = new TrialCounts();
        Add(read.decisions, row.Decisions);
        Add(read.outcomes, row.Outcomes);
        Add(read.micros, row.Micros);
        return read;
    }

    private static int Place(bool canary, int part) => canary ? Parts + part : part;

    private static void Add(long[] to, long[] from)
    {
        for (var i = 0; i < to.Length; i++) to[i] += from[i];
    }
}

/// <summary>The same as it is kept: the champion's parts, then the canary's.</summary>
internal sealed record TrialRow(long[] Decisions, long[] Outcomes, long[] Micros);
