using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;

namespace Personalization.Training.Ordering;

/// <summary>
/// What order is learned from, for an item in its place: the columns as they were logged, what the standard ranker makes of them, and
/// how far down it stood. Nothing is looked up that was not logged, so nothing is learned from that was not known then.
/// </summary>
internal static class LoggedTerms
{
    /// <summary>The standard ranker's score: its weights are where learning starts from, as small changes are preferred.</summary>
    public const int Standard = Columns.Count;

    /// <summary>
    /// How deep in its slot, as a logarithm: who looks at place p with probability p^-η chooses as if every score had −η·ln p
    /// added. Learned with the rest and left out of the ranker. How deep its slot is says nothing: all that is chosen from stands in one.
    /// </summary>
    public const int Place = Standard + 1;

    public const int Count = Place + 1;

    public static float[] Of(LoggedFacts facts, in Placement placed, int place)
    {
        var terms = new float[Count];
        var standard = Rankers.Standard(facts.Engine).Weights(facts.Buying);
        for (var c = 0; c < Columns.Count; c++)
        {
            terms[c] = facts.Pool.Value((Column)c, placed.Candidate);
            terms[Standard] += standard[c] * terms[c];
        }

        terms[Place] = -MathF.Log(1 + place);
        return terms;
    }
}
