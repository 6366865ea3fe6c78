using Personalization.Storage;

namespace Personalization.Functions.Hosting.Http;

/// <summary>
/// What went wrong, said so that a person knows what to do next (RFC 9457). The kind is stable and listed in
/// docs/api.md; nothing here repeats a value that was sent.
/// </summary>
internal sealed record Problem(int Status, string Kind, string Title, string Detail) : IResult, IStatusCodeHttpResult
{
    int? IStatusCodeHttpResult.StatusCode => Status;

    public string? Field { get; init; }
    public string? Limit { get; init; }
    public TimeSpan? RetryAfter { get; init; }
    public string? Allow { get; init; }

    public static readonly Problem NoSuchPath = new(404, "no-such-path", "There is nothing at this path", "Check the path, including upper and lower case; docs/api.md lists all.");

    public static readonly Problem NoKey = new(401, "no-key", "An API key is needed", "Send your key in the header x-api-key, or as Authorization: Bearer.");

    public static readonly Problem WrongKey = new(401, "wrong-key", "This API key is not known", "Check the key; it may have been replaced.");

    public static readonly Problem Unexpected = new(500, "unexpected", "Something unexpected happened here", "Nothing is wrong with the request. Try again; if it stays, tell the operator the time of the call.");

    public static Problem WrongMethod(string allow) => new(405, "wrong-method", "This path does not take this method", $"Use {allow}.") { Allow = allow };

    public static Problem WrongRole(Roles allowed) => new(403, "wrong-role", "This key may not do that", $"A key of one of these roles may: {allowed.ToString().ToLowerInvariant()}.");

    public static Problem WrongHost() => new(421, "wrong-host", "This address is for this machine only", "Without configured keys the engine answers only to localhost. Configure Auth__Keys__Frontend and the other keys to serve under a name.");

    public static Problem TooMany(TimeSpan retryAfter) => new(429, "too-many-requests", "Too many requests", "Wait as long as Retry-After says, then go on.") { RetryAfter = retryAfter };

    public static Problem Busy(TimeSpan retryAfter) => new(429, "busy", "The stream takes no more events for now", "Nothing was taken. Send the same events again after Retry-After.") { RetryAfter = retryAfter };

    public static Problem WrongContentType(string expected) => new(415, "wrong-content-type", "This content type is not read here", $"Send {expected}.");

    public static Problem TooLarge(int limit) => new(413, "body-too-large", "The body is too large", "Send less at once.") { Limit = $"{limit} bytes" };

    public static Problem NoLength => new(411, "no-length", "The body was lost on its way", "The Functions host drops bodies without Content-Length. Send the length instead of Transfer-Encoding: chunked.");

    public static Problem NotUtf8 => new(400, "not-utf8", "The body is not valid UTF-8", "Encode the body as UTF-8.");

    public static Problem NotJson(string where) => new(400, "not-json", "The body is not valid JSON", $"See {where}.");

    public static Problem Invalid(string field, string reason) => new(400, "invalid-field", "A field is not as it should be", field.Length == 0 ? $"The body {reason}." : $"{field} {reason}.") { Field = field };

    public static Problem WrongType(string field, string reason) => new(400, "wrong-type", "A field has the wrong type", field.Length == 0 ? $"The body {reason}; docs/api.md shows it." : $"{field} {reason}.") { Field = field };

    public static Problem UnknownField(string field) => new(400, "unknown-field", "A field is not known here", "Remove it or check its spelling; docs/api.md lists the fields.") { Field = field };

    public static readonly Problem SwitchedOff = new(503, "switched-off", "This engine is switched off", "Show what you show without it; the operator can switch it on again.");

    public static Problem TooManyItems(string field, int limit) => new(400, "too-many-items", "The list is too long", $"{field} is longer than the limit; split it.") { Field = field, Limit = limit.ToString() };

    public static Problem NoSuch(string what) => new(404, $"no-such-{what}", $"There is no such {what}", "Check the id.");

    public static readonly Problem NoPass = new(401, "no-vault-pass", "The vault needs a pass", "Get one from POST /vault/passes and send it as x-vault-pass; it opens one person's vault for at most 15 minutes.");

    public static readonly Problem NoConsent = new(403, "no-consent", "The person does not allow it", "What is kept under an explicit opt-in is read only while that stands.");

    public static readonly Problem RequestIdTaken = new(409, "request-id-taken", "There is a request of this id that asks for something else", "Send it under another id, or leave the id out.");

    public static readonly Problem RequestOver = new(409, "request-over", "The request has ended", "Look at it with GET; what ended stays as it is.");

    public static readonly Problem RequestBegun = new(409, "request-begun", "The request is being carried out", "It can only be taken back before that.");

    public static readonly Problem RequestNotWaiting = new(409, "request-not-waiting", "The request does not wait for that", "Look at its status with GET.");

    public static readonly Problem WrongToken = new(403, "wrong-token", "This is not the token of this request", "Send the token from the answer that told of the request. After five wrong ones none is taken.");

    public static readonly Problem TokenOver = new(410, "token-over", "The token is no longer taken", "The time for it is over, or wrong ones came too often. Send the same request again for another.");

    public static readonly Problem ExportGone = new(410, "export-gone", "There is nothing here, or nothing any more", "A link can be used once and not for long. Ask for another, or for a new export.");

    public static readonly Problem HostOwnsStream = new(409, "host-owns-stream", "The stream is not ours to read here", "Move the checkpoint of the function's consumer group back instead; docs/operating.md says how. What was applied is not applied twice.");

    public static Problem JustRotated(TimeSpan retryAfter) => new(409, "just-rotated", "The salts were rotated a moment ago", "Not every process may know of that yet. Look at GET /identity/epochs, and if it has to be again, try it after Retry-After.") { RetryAfter = retryAfter };

    public static Problem NotMerged(IReadOnlyList<string> reasons, string? open) => new(
        409, "not-merged", "These two are not made one", open is null ? $"Nothing was done: {string.Join(", ", reasons)}." : $"Nothing was done: {string.Join(", ", reasons)}. POST /identity/quarantine/{open} with a verdict answers the case.");

    public static readonly Problem NotMergedYet = new(409, "not-merged-yet", "This merge is not done", "It is still being done, or something spoke against it; GET of the same path tells.");

    public static readonly Problem VersionBroken = new(409, "version-broken", "This version cannot be used", "It is damaged, or a newer build made it. Go back to another one, or publish.");

    public static readonly Problem BudgetSpent = new(409, "budget-spent", "More would be reserved than there are places", "Nothing was changed. GET /segments/budget shows what is reserved; reserve less, or for another time.");

    public static readonly Problem ReservationOver = new(409, "reservation-over", "The reservation does not hold any more", "It has lapsed, or was confirmed or given back before. Ask for another decision before you show anything.");

    public static readonly Problem NoChampion = new(404, "no-such-model", "No model served everybody at that time", "GET /models lists the models there are; POST /models/{id}/promote gives one to people.");

    public static Problem GatesClosed(IEnumerable<string> reasons) => new(409, "gates-closed", "The model has not shown what a model has to show", $"Nothing was changed: {string.Join("; ", reasons)}.");

    public static Problem NotMoved(string why) => new(409, "not-moved", "The model cannot go there now", $"Nothing was changed: {why}.");

    public static Problem NotOnTrial(string stage) => new(409, "not-on-trial", $"The model is no {stage}", $"There is a report while it is one; POST /models/{{id}}/promote makes it one.");

    public static readonly Problem TrainingRuns = new(409, "training-runs", "A model is being trained already", "GET /training shows how far it is; wait for it, or cancel it.");

    public static readonly Problem TrainingOver = new(409, "training-over", "The training run has ended", "Look at it with GET; what ended stays as it is.");

    public static readonly Problem BudgetUnspent = new(409, "budget-unspent", "Nothing is spent of the budget there is", "Nothing was changed. GET /training/budget shows how many models it pays for.");

    public static readonly Problem BudgetBroken = new(409, "budget-broken", "The book of the privacy budget cannot be read", "Nobody knows what is left, so nothing private is learned. Restore the store privacybudgets from a backup.");

    public static Problem NotAnEnvelope(string fault) => new(400, "not-an-envelope", "Not a call of the Functions host", $"Expected the host's frame, but {fault}.");

    public static Problem BadRequest(int status) => new(status, "bad-request", "The request could not be read", "Check its headers and length.");

    /// <summary>What a caller hears of a failure: which store, never more.</summary>
    public static Problem Of(Exception failure) => failure is StoreUnavailableException e
        ? new(503, "store-unavailable", $"The store {e.Store} is not available", "Nothing is wrong with the request. Try it again after Retry-After.") { RetryAfter = TimeSpan.FromSeconds(1) }
        : Unexpected;

    public Task ExecuteAsync(HttpContext http)
    {
        var response = http.Response;
        if (RetryAfter is { } wait) response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString();
        if (Allow is not null) response.Headers.Allow = Allow;
        if (Status == 401) response.Headers.WWWAuthenticate = "Bearer";
        return Answer.Write(http, Status, "application/problem+json", new($"urn:personalization:problem:{Kind}", Title, Status, Detail, Field, Limit), Json.Default.ProblemBody);
    }
}

internal sealed record ProblemBody(string Type, string Title, int Status, string Detail, string? Field, string? Limit);

/// <summary>Ends a request with a problem from anywhere below the endpoint.</summary>
internal sealed class RefusedException(Problem problem) : Exception(problem.Title)
{
    public Problem Problem { get; } = problem;
}
