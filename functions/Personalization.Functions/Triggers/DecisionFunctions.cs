using System.Text.Json;
using Personalization.Decisions;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Explaining;
using Personalization.Decisions.Homepages;
using Personalization.Decisions.Recommending;
using Personalization.Decisions.Searching;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;

namespace Personalization.Functions.Triggers;

/// <summary>What to show to whom: three engines, each a function that can be switched off by itself.</summary>
internal static class DecisionFunctions
{
    public static IEnumerable<Function> All(Decider decider, HomepageEngine homepage, SearchEngine search, RecommendationEngine recommendations, People people, Aggregates aggregates, DecisionDesk desk) =>
    [
        new("RankPopularity", new Trigger.Timer("*/10 * * * * *", (_, stop) => aggregates.Popularity.Rank(stop))),
        // The host keeps this name for what it calls on a new instance before it gets its first request.
        new("Warmup", new Trigger.Warmup(aggregates.Read)),
        new("Recommend", new Trigger.Http("POST", "decisions/recommendations", Roles.Frontend, http =>
            Decide(http, decider, recommendations, people, AskFields.Recommendations, static d => RecommendationEngine.Fault(d.Ask)))),
        new("RankSearch", new Trigger.Http("POST", "decisions/search", Roles.Frontend, http =>
            Decide(http, decider, search, people, AskFields.Search, static d => SearchEngine.Fault(d)))),
        new("ArrangeHomepage", new Trigger.Http("POST", "decisions/homepage", Roles.Frontend, http =>
            Decide(http, decider, homepage, people, AskFields.Homepage, static d => HomepageEngine.Fault(d.Ask)))),
        new("ExplainDecision", new Trigger.Http("GET", "decisions/{id}", Roles.Staff, http => Show(http, desk))),
        new("ReplayDecision", new Trigger.Http("POST", "decisions/{id}/replay", Roles.Staff, http => Replay(http, desk))),
    ];

    private static async ValueTask<IResult> Show(HttpContext http, DecisionDesk desk)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        if (await desk.Show(id, http.RequestAborted) is { } report) return Answer.Json(200, report, Json.Default.DecisionReport);
        return await desk.ShowMessages(id, http.RequestAborted) is { } messages ? Answer.Json(200, messages, Json.Default.MessageReport) : Problem.NoSuch("decision");
    }

    private static async ValueTask<IResult> Replay(HttpContext http, DecisionDesk desk) =>
        await desk.Replay((string)http.Request.RouteValues["id"]!, http.RequestAborted) is { } report ? Answer.Json(200, report, Json.Default.ReplayReport) : Problem.NoSuch("decision");

    private static async ValueTask<IResult> Decide(
        HttpContext http, Decider decider, IDecisionEngine engine, People people, AskFields fields, Func<Decision, (string Field, string Reason)?> check)
    {
        if (!engine.Options.On) return Problem.SwitchedOff;
        var body = await RequestBody.Text(http, "application/json");
        var d = decider.Rent();
        try
        {
            d.Body = body.Memory;
            if (Read(d, fields) is { } fault) return Refusal(fault);
            if (d.Ask is { User: null, Visitor: null }) d.Ask.Visitor = d.Ask.Given = people.Token(d.Ask.Session);
            if ((people.Fault(d.Ask.User, d.Ask.Visitor) ?? check(d)) is var (field, reason)) return Problem.Invalid(field, reason);
            await decider.Decide(engine, d, http.RequestAborted);
            var answer = new DecisionResult(decider, d, body);
            (d, body) = (null, null);
            return answer;
        }
        finally
        {
            if (d is not null) decider.Return(d);
            body?.Dispose();
        }
    }

    private static Problem Refusal(AskFault fault) => fault.What switch
    {
        AskWrong.Name => Problem.UnknownField(fault.Field),
        AskWrong.Type => Problem.WrongType(fault.Field, fault.Reason),
        _ => Problem.Invalid(fault.Field, fault.Reason),
    };

    private static AskFault? Read(Decision d, AskFields fields)
    {
        try { return new AskReader(d.Body.Span, d.Ask, fields).Read(); }
        catch (JsonException e) { throw new RefusedException(JsonFault.Of(e)); }
    }
}
