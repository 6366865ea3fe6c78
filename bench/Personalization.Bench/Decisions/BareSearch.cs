using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Personalization.Bench.Features;
using Personalization.Decisions;
using Personalization.Decisions.Answering;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Searching;
using Personalization.Popularity;
using Personalization.Profiles;

namespace Personalization.Bench.Decisions;

/// <summary>The least a search can be: read the body, score its candidates for one fixed person, write the answer. No identity, consent, rules, propensities or log.</summary>
internal static class BareSearch
{
    private static readonly Shelf Shelf = Shelf.Of(WarmPeople.Catalogue, PopularItems.None);
    private static readonly SearchEngine Engine = new(new(true, Rankers.Search, Diversifier.None, FallbackPolicy.Given));
    private static readonly ConcurrentBag<(Decision Decision, Profile Profile)> Idle = [];

    public static async Task Answer(HttpContext http)
    {
        var length = (int)http.Request.ContentLength!;
        var body = ArrayPool<byte>.Shared.Rent(length);
        await http.Request.Body.ReadExactlyAsync(body.AsMemory(0, length));
        if (!Idle.TryTake(out var work)) work = (new(), Fixed());
        var d = work.Decision;
        Score(d, work.Profile, body.AsMemory(0, length));
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = d.Answer.Memory.Length;
        await http.Response.Body.WriteAsync(d.Answer.Memory);
        Idle.Add(work);
        ArrayPool<byte>.Shared.Return(body);
    }

    private static void Score(Decision d, Profile profile, ReadOnlyMemory<byte> body)
    {
        d.Clear();
        d.Body = body;
        new AskReader(body.Span, d.Ask, AskFields.Search).Read();
        (d.Shelf, d.Engine, d.Person) = (Shelf, DecisionEngine.Search, new(WarmPeople.Subject(1), profile, null, Personalization.Consent.Purposes.None, Fallback.None));
        d.Hints.Begin(profile, null, d.Ask.Region, 1_769_331_600);
        Engine.Gather(d);
        Describing.All(d.Pool, d.Hints, d.Taste, Shelf);
        d.Arrange(1);
        DecisionAnswer.Write(d);
    }

    private static Profile Fixed()
    {
        var profile = new Profile();
        profile.Read(WarmPeople.ProfileOf(WarmPeople.Subject(17)).Span);
        return profile;
    }
}
