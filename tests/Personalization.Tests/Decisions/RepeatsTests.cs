using System.Runtime.CompilerServices;
using System.Text;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Searching;

namespace Personalization.Tests.Decisions;

/// <summary>An answer that is kept for a moment keeps nothing else, and is for who is served the same.</summary>
public sealed class RepeatsTests
{
    private static readonly SearchEngine Engine = new(Made.Options(Rankers.Search));
    private readonly ManualClock clock = new();
    private readonly Repeats repeats;

    public RepeatsTests() => repeats = new(TimeSpan.FromSeconds(2), clock);

    [Fact]
    public void It_is_given_again_word_by_word()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        var first = Asked(shelf);
        Assert.False(repeats.Find(Engine, first));
        first.Answer.Add("answer"u8);
        repeats.Keep(Engine, first);
        var second = Asked(shelf);
        Assert.True(repeats.Find(Engine, second));
        Assert.Equal("answer", Encoding.UTF8.GetString(second.Answer.Written));
    }

    [Fact]
    public void Who_is_held_out_by_now_or_is_in_another_variant_does_not_get_it()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        repeats.Keep(Engine, Asked(shelf));
        Assert.True(repeats.Find(Engine, Asked(shelf)));
        var held = Asked(shelf);
        held.HeldOut = true;
        var other = Asked(shelf);
        other.Arms.Add(new("e", 1));
        Assert.False(repeats.Find(Engine, held));
        Assert.False(repeats.Find(Engine, other));
    }

    /// <summary>Every ten seconds there is another one: a thousand answers nobody asks for again would be a thousand catalogues.</summary>
    [Fact]
    public void No_catalogue_is_kept_in_memory_by_an_answer_of_the_past()
    {
        var past = KeepOnPast();
        repeats.Keep(Engine, Asked(Shelf.Of(Made.Catalogue, Made.Popular), "[0]"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(past.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference KeepOnPast()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        repeats.Keep(Engine, Asked(shelf));
        return new(shelf);
    }

    private Decision Asked(Shelf shelf, string body = "{}")
    {
        var d = new Decision();
        d.Clear();
        (d.Body, d.At, d.Shelf, d.Subject) = (Encoding.UTF8.GetBytes(body), clock.GetUtcNow(), shelf, new(7));
        d.Person = new(new(7), null, null, Purposes.None, Fallback.None) { Stamp = 9 };
        return d;
    }
}
