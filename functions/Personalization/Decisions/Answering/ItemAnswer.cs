using System.Numerics;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Rules;

namespace Personalization.Decisions.Answering;

/// <summary>One item of an answer: its id, its score, and the most that speaks for it with how much each adds.</summary>
internal static class ItemAnswer
{
    private const int Reasons = 3;

    private static readonly byte[][] Codes = Array.ConvertAll(Columns.Names, System.Text.Encoding.ASCII.GetBytes);

    public static void Write(Decision d, in Placement placed, Utf8Text text)
    {
        text.Add("{\"id\":\""u8);
        var place = d.Pool.Places[placed.Candidate];
        text.Add(place >= 0 ? d.Shelf.IdOf(place) : d.Body.Span[d.Pool.Texts[placed.Candidate]]);
        text.Add("\",\"score\":"u8);
        text.Add(placed.Score);
        Span<(int Column, float Adds)> best = stackalloc (int, float)[Reasons];
        var count = Best(d, placed, best);
        text.Add(",\"reasons\":["u8);
        for (var i = 0; i < count; i++)
        {
            text.Add(i == 0 ? "\""u8 : ",\""u8);
            Code(d, best[i].Column, place, text);
            text.Add("\""u8);
        }

        Others(d, placed, count, text);
        text.Add("],\"contributions\":["u8);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) text.Add(","u8);
            text.Add(best[i].Adds);
        }

        text.Add("]}"u8);
    }

    private static void Code(Decision d, int column, int place, Utf8Text text)
    {
        if (column != (int)Column.Category)
        {
            text.Add(Codes[column]);
            return;
        }

        text.Add("affinity:"u8);
        text.Add(d.Shelf.CategoryOf(place));
    }

    /// <summary>What is to be said though it adds nothing: that it was met before, that a rule or chance put it there.</summary>
    private static void Others(Decision d, in Placement placed, int count, Utf8Text text)
    {
        Other(d.Pool.Value(Column.Seen, placed.Candidate) > 0, "seen-before"u8, ref count, text);
        Other(Promoted(d, placed), "promoted"u8, ref count, text);
        Other(placed.By == PlacedBy.Pin, "pinned"u8, ref count, text);
        Other(placed.By == PlacedBy.Exploration, "explored"u8, ref count, text);
        Other(count == 0, "catalogue"u8, ref count, text);
    }

    private static bool Promoted(Decision d, in Placement placed)
    {
        for (var speaking = d.Pool.Rules[placed.Candidate] & d.Slots[placed.Slot].Rules; speaking != 0; speaking &= speaking - 1)
            if (d.Effects[BitOperations.TrailingZeroCount(speaking)] is { Kind: RuleKind.Boost or RuleKind.Promote, By: > 0 }) return true;
        return false;
    }

    private static void Other(bool holds, ReadOnlySpan<byte> code, ref int count, Utf8Text text)
    {
        if (!holds) return;
        text.Add(count++ == 0 ? "\""u8 : ",\""u8);
        text.Add(code);
        text.Add("\""u8);
    }

    /// <summary>The columns that add most to the score, the most first.</summary>
    private static int Best(Decision d, in Placement placed, Span<(int Column, float Adds)> best)
    {
        var weights = d.Slots[placed.Slot].Ranker.Weights(d.Buying);
        var count = 0;
        for (var bits = d.Pool.Filled; bits != 0; bits &= bits - 1)
        {
            var column = BitOperations.TrailingZeroCount(bits);
            var adds = weights[column] * d.Pool.Value((Column)column, placed.Candidate);
            if (adds <= 0) continue;
            var at = count;
            while (at > 0 && best[at - 1].Adds < adds) at--;
            if (at == best.Length) continue;
            if (count < best.Length) count++;
            for (var i = count - 1; i > at; i--) best[i] = best[i - 1];
            best[at] = (column, adds);
        }

        return count;
    }
}
