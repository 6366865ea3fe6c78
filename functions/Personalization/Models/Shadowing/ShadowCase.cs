using Personalization.Decisions;
using Personalization.Decisions.Candidates;
using Personalization.Profiles;

namespace Personalization.Models.Shadowing;

/// <summary>What of a decision a shadow needs to score it too: what was met lately, the candidates, and what the champion said of them. Not who it was for.</summary>
internal sealed record ShadowCase(Lineup Lineup, byte[] Recent, uint Now, ulong[] Candidates, float[] Scores)
{
    // A count and fifty entries.
    private const int MostBytes = 4096;

    public static ShadowCase Of(Lineup lineup, Decision d)
    {
        Span<byte> recent = stackalloc byte[MostBytes];
        var length = d.Hints.Profile!.Recent.Write(recent);
        return new(lineup, recent[..length].ToArray(), d.Hints.Now, d.Pool.Keys.AsSpan(0, d.Pool.Count).ToArray(), d.Pool.Of(Column.Model).ToArray());
    }

    /// <summary>What one shadow makes of it.</summary>
    public ShadowSums Scored(Serving shadow, Taste taste, RecentItems room)
    {
        room.Clear();
        if (!room.Read(Recent)) return ShadowSums.None;
        taste.Begin(shadow.Model, room, Now);
        if (!taste.Speaks) return ShadowSums.None with { Silent = 1 };
        var scores = new float[Candidates.Length];
        for (var i = 0; i < scores.Length; i++) scores[i] = taste.Of(Candidates[i]);
        return new(1, 0, Likeness.Overlap(Scores, scores), Likeness.Correlation(Scores, scores), Mean(Scores), Mean(scores));
    }

    private static double Mean(float[] scores) => System.Numerics.Tensors.TensorPrimitives.Sum<float>(scores) / scores.Length;
}
