using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;
using Personalization.Messages.Deciding;

namespace Personalization.Functions.Triggers;

/// <summary>What to say to whom, on which channel, and whether it was said.</summary>
internal static class MessageFunctions
{
    public static IEnumerable<Function> All(MessageDesk desk, ReservationDesk reservations, People people, TimeProvider time) =>
    [
        new("DecideMessages", new Trigger.Http("POST", "decisions/messages", Roles.Frontend, http => Decide(http, desk, people, time))),
        new("ConfirmMessage", new Trigger.Http("POST", "decisions/messages/{reservation}/confirm", Roles.Frontend, async http => Of(await reservations.Confirm(Name(http), http.RequestAborted), "confirmed"))),
        new("ReleaseMessage", new Trigger.Http("POST", "decisions/messages/{reservation}/release", Roles.Frontend, async http => Of(await reservations.Release(Name(http), http.RequestAborted), "released"))),
    ];

    private static async ValueTask<IResult> Decide(HttpContext http, MessageDesk desk, People people, TimeProvider time)
    {
        var request = await RequestBody.Json(http, Json.Default.MessageRequest);
        if ((people.Fault(request.User, request.Visitor) ?? request.Fault(time.GetUtcNow())) is var (field, reason)) return Problem.Invalid(field, reason);
        return Answer.Json(200, await desk.Decide(request, http.RequestAborted), Json.Default.MessageAnswer);
    }

    private static string? Name(HttpContext http) => http.Request.RouteValues["reservation"] as string;

    private static IResult Of(ReservationAnswer answer, string done) => answer switch
    {
        ReservationAnswer.Done => Answer.Json(200, new(done), Json.Default.ReservationSettled),
        ReservationAnswer.Over => Problem.ReservationOver,
        _ => Problem.NoSuch("reservation"),
    };
}

/// <param name="Status"><c>confirmed</c> or <c>released</c>.</param>
internal sealed record ReservationSettled(string Status);
