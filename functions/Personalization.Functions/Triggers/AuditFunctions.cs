using System.Globalization;
using Personalization.Audit;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;
using Personalization.Identity.Graph;

namespace Personalization.Functions.Triggers;

/// <summary>What happened, and the proof of it.</summary>
internal static class AuditFunctions
{
    private const int MaxEntries = 1000;
    private const int Entries = 100;

    public static IEnumerable<Function> All(AuditDesk desk, AuditExport export, People people) =>
    [
        new("AuditCheckpoint", new Trigger.Http("GET", "audit/checkpoint", Roles.Compliance, http => Checkpoint(http, desk))),
        new("AuditConsistency", new Trigger.Http("GET", "audit/proof/consistency", Roles.Compliance, http => Consistency(http, desk))),
        new("AuditEntries", new Trigger.Http("GET", "audit/entries", Roles.Compliance, http => List(http, desk, people))),
        new("AuditExport", new Trigger.Http("GET", "audit/export", Roles.Compliance, _ => new(new Exported(export)))),
        new("AuditInclusion", new Trigger.Http("GET", "audit/proof/inclusion", Roles.Compliance, http => Inclusion(http, desk))),
        new("AuditKeys", new Trigger.Http("GET", "audit/keys", Roles.Compliance, async http => Answer.Json(200, new(await desk.Keys(http.RequestAborted)), Json.Default.AuditKeysListed))),
        new("CheckpointAudit", new Trigger.Timer("0 */10 * * * *", (_, stop) => desk.Upkeep(stop))),
    ];

    private static async ValueTask<IResult> Checkpoint(HttpContext http, AuditDesk desk) =>
        await desk.Checkpoint(Number(http, "number"), http.RequestAborted) is { } checkpoint ? Answer.Json(200, checkpoint, Json.Default.Checkpoint) : Problem.NoSuch("checkpoint");

    private static async ValueTask<IResult> Inclusion(HttpContext http, AuditDesk desk)
    {
        var (index, size, now) = (Needed(http, "index"), Number(http, "size"), await desk.Size(http.RequestAborted));
        if (size > now) return Problem.Invalid("size", Beyond(now));
        if (index >= (size ?? now)) return Problem.Invalid("index", size is null ? Beyond(now) : "must be below size");
        return Answer.Json(200, await desk.Inclusion(index, size, http.RequestAborted), Json.Default.InclusionProof);
    }

    private static async ValueTask<IResult> Consistency(HttpContext http, AuditDesk desk)
    {
        var (from, to, now) = (Needed(http, "from"), Needed(http, "to"), await desk.Size(http.RequestAborted));
        if (to > now) return Problem.Invalid("to", Beyond(now));
        if (from < 1) return Problem.Invalid("from", "must be at least 1; every log begins with the empty one");
        if (from > to) return Problem.Invalid("from", "must not be above to");
        return Answer.Json(200, await desk.Consistency(from, to, http.RequestAborted), Json.Default.ConsistencyProof);
    }

    private static async ValueTask<IResult> List(HttpContext http, AuditDesk desk, People people)
    {
        var (type, max, next) = (One(http, "type"), Number(http, "max") ?? Entries, Number(http, "next") ?? 0);
        if (type is not null && !AuditTypes.Declared(type)) return Problem.Invalid("type", $"must be one of {string.Join(", ", AuditTypes.All)}");
        if (max is < 1 or > MaxEntries) return Problem.Invalid("max", $"must be a number from 1 to {MaxEntries}");
        var filter = new AuditFilter(type, Time(http, "from"), Time(http, "to"), null);
        return Answer.Json(200, await desk.Entries(filter, await Person(http, people), next, (int)max, http.RequestAborted), Json.Default.FoundEntries);
    }

    // Of somebody never met there are no entries either: they are looked for under a number that is nobody's.
    private static async ValueTask<Subject?> Person(HttpContext http, People people)
    {
        var (user, visitor, subject) = (One(http, "user"), One(http, "visitor"), One(http, "subject"));
        if (subject is not null && (user ?? visitor) is not null) throw Refused("subject", "cannot be given together with a user or a visitor");
        if (subject is not null) return SubjectText.TryParse(subject, out var key) ? key : throw Refused("subject", "must be 32 hexadecimal digits in lower case");
        if ((user ?? visitor) is null) return null;
        return people.Fault(user, visitor) is var (field, reason) ? throw Refused(field, reason) : await people.Find(user, visitor, http.RequestAborted) ?? Subject.Random();
    }

    private static long Needed(HttpContext http, string name) => Number(http, name) ?? throw Refused(name, "is missing");

    private static long? Number(HttpContext http, string name) =>
        One(http, name) is not { } text ? null : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Refused(name, "must be a whole number from 0 on");

    private static DateTimeOffset? Time(HttpContext http, string name)
    {
        if (One(http, name) is not { } text) return null;
        var saysOffset = text.Length > 19 && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-');
        return saysOffset && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)
            ? at : throw Refused(name, "must be a time with its offset, such as 2026-03-14T15:09:26Z (a + in it is written %2B)");
    }

    // A key given twice is no value of anything.
    private static string? One(HttpContext http, string name) =>
        !http.Request.Query.TryGetValue(name, out var values) ? null : values.Count == 1 && values[0] is { Length: > 0 } text ? text : throw Refused(name, "must be given once, with a value");

    private static string Beyond(long now) => $"is beyond the log, which has {now} entries";

    private static RefusedException Refused(string field, string reason) => new(Problem.Invalid(field, reason));

    private sealed class Exported(AuditExport export) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "application/x-ndjson";
            return export.Write(httpContext.Response.Body, httpContext.RequestAborted);
        }
    }
}

internal sealed record AuditKeysListed(IReadOnlyList<PublishedKey> Keys);
