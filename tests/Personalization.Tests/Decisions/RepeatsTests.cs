using System.Runtime.CompilerServices;
using System.Text;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Searching;
using Personalization.Models;
using Personalization.Tests.Trust;

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
        Assert.False(Find(first));
        first.Answer.Add("answer"u8);
        Keep(first);
        var second = Asked(shelf);
        Assert.True(Find(second));
        Assert.Equal("answer", Encoding.UTF8.GetString(second.Answer.Written));
    }

    [Fact]
    public void Who_is_held_out_by_now_or_is_in_another_variant_does_not_get_it()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        Keep(Asked(shelf));
        Assert.True(Find(Asked(shelf)));
        var held = Asked(shelf);
        held.HeldOut = true;
        var other = Asked(shelf);
        other.Arms.Add(new("e", 1));
        Assert.False(Find(held));
        Assert.False(Find(other));
    }

    [Fact]
    public void Where_something_else_was_learned_to_order_by_nobody_gets_it()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        Keep(Asked(shelf));
        var newer = Asked(shelf);
        newer.Learned = LearnedRankers.Artefact.Compile(1, RankerSet.None.Body())!;
        Assert.False(Find(newer));
    }

    [Fact]
    public void Who_gets_another_model_by_now_does_not_get_it_and_two_models_at_once_do_not_push_each_other_out()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        var (champion, canary) = (new Serving(new("a", "00"), FactorModel.None), new Serving(new("b", "00"), FactorModel.None));
        Keep(By(champion, "{}"));
        Assert.False(Find(By(canary, "{}")));
        Keep(By(canary, "[1]"));
        Assert.True(Find(By(champion, "{}")));
        Assert.True(Find(By(canary, "[1]")));

        Decision By(Serving model, string body)
        {
            var d = Asked(shelf, body);
            d.Model = model;
            return d;
        }
    }

    /// <summary>Every ten seconds there is another one: a thousand answers nobody asks for again would be a thousand catalogues.</summary>
    [Fact]
    public void No_catalogue_is_kept_in_memory_by_an_answer_of_the_past()
    {
        var past = KeepOnPast();
        Keep(Asked(Shelf.Of(Made.Catalogue, Made.Popular), "[0]"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(past.IsAlive);
    }

    [Fact]
    public void Of_who_asked_and_what_for_no_byte_is_kept()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        var first = Asked(shelf, """{"visitor":"planted-visitor","query":"planted words"}""");
        first.Answer.Add("planted answer"u8);
        Keep(first);
        var held = Reachable.From(repeats);
        Assert.Contains(held, b => Search.Holds(b, "planted answer"));
        Assert.DoesNotContain(held, b => Search.Holds(b, "planted-visitor") || Search.Holds(b, "planted words"));
    }

    [Fact]
    public void The_same_body_is_another_question_to_another_engine_and_another_body_is_one_too()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        Keep(Asked(shelf));
        Assert.True(Find(Asked(shelf)));
        Assert.False(Find(Asked(shelf, "{ }")));
        var d = Asked(shelf);
        Assert.False(repeats.Find(repeats.TagOf(new HomepageEngine(Made.NoCompanions, Made.Options(Rankers.Personal)), d), d));
    }

    [Fact]
    public void A_question_or_an_answer_of_more_than_sixteen_thousand_bytes_is_asked_anew()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        var body = "\"" + new string('b', (16 * 1024) - 2) + "\"";
        Keep(Asked(shelf, body));
        Assert.True(Find(Asked(shelf, body)));
        Keep(Asked(shelf, body + " "));
        Assert.False(Find(Asked(shelf, body + " ")));
        var wordy = Asked(shelf);
        wordy.Answer.Add(new byte[(16 * 1024) + 1]);
        Keep(wordy);
        Assert.False(Find(Asked(shelf)));
    }

    private bool Find(Decision d) => repeats.Find(repeats.TagOf(Engine, d), d);

    private void Keep(Decision d) => repeats.Keep(repeats.TagOf(Engine, d), d);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference KeepOnPast()
    {
        var shelf = Shelf.Of(Made.Catalogue, Made.Popular);
        Keep(Asked(shelf));
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
