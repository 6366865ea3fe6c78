using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text.Json;
using Personalization.Audit;
using Personalization.Identity;
using Personalization.Privacy.Proving;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Functions.Workflows;

/// <summary>
/// The steps of a drill. Somebody who does not exist agrees to everything, looks around, signs in and is shown something, all
/// by the calls that a shop makes; then they ask to be forgotten, and are looked for in every store.
/// </summary>
internal sealed class Drills(OwnCalls calls, People people, Links links, IDocuments documents, TraceSearch search, Findings findings, AuditLog audit, TimeProvider time, Meter meter)
{
    private const string Everything = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true,"training":true,"marketing":true,"thirdParty":false}""";

    private readonly Counter<long> ended = meter.CreateCounter<long>("personalization.drills", description: "Drills that ended, by outcome; anything but passed is an alarm");

    /// <summary>Makes somebody up.</summary>
    public async ValueTask<Drill> Begin(CancellationToken stop)
    {
        var id = RandomNumberGenerator.GetHexString(16, lowercase: true);
        var drill = new Drill(id, time.GetUtcNow(), [User(id), Visitor(id), Mail(id), Query(id)], []);
        await findings.Keep(drill, stop);
        return drill;
    }

    /// <summary>Everything up to being shown something. Done again, it is the same person and the same events.</summary>
    public async ValueTask<bool> Live(string id, CancellationToken stop)
    {
        var drill = (await findings.Drill(id, stop))!;
        foreach (var who in new[] { Named("user", User(id)), Named("visitor", Visitor(id)) })
            await Required("PUT", "consent", $$"""{{{who}},"purposes":{{Everything}},"source":"drill","noticeVersion":"1"}""", stop);
        await Required("POST", "events", Events(drill), stop);
        await Required("POST", "identity/links", $$"""{{{Named("user", User(id))}},"identities":[{"namespace":"email","value":"{{Mail(id)}}"}]}""", stop);
        await Required("POST", "decisions/recommendations", $$"""{{{Named("user", User(id))}},"kind":"for-you","count":3}""", stop);
        // The browser was somebody of its own before they signed in with it.
        var (subjects, aliases) = (new List<string>(), new List<string>());
        foreach (var (user, visitor) in new[] { (User(id), (string?)null), (null, Visitor(id)) })
        {
            if (await people.Find(user, visitor, stop) is not { } subject) return false;
            subjects.Add(subject.ToString());
            aliases.AddRange((await links.Of(subject, stop)).Values.SelectMany(rows => rows).Select(r => r.Alias));
        }

        await findings.Keep(drill with { Subjects = [.. subjects.Distinct(StringComparer.Ordinal)], Trace = [.. drill.Trace.Union([.. subjects, .. aliases], StringComparer.Ordinal)] }, stop);
        return true;
    }

    /// <summary>Whether what they did has become features, and where they are known by now.</summary>
    public async ValueTask<bool> Seen(string id, CancellationToken stop)
    {
        var drill = (await findings.Drill(id, stop))!;
        // What a browser does before anybody signs in becomes features of the browser; after that, of who signed in.
        foreach (var subject in drill.Subjects)
            if (!await HasFeatures(subject, stop)) return false;
        await findings.Keep(drill with { Before = await Look(drill, stop) }, stop);
        return true;
    }

    public async ValueTask<bool> AskToBeForgotten(string id, CancellationToken stop)
    {
        var drill = (await findings.Drill(id, stop))!;
        var asked = await Required("POST", "privacy/requests", $$"""{"id":"{{drill.Request}}","type":"erasure",{{Named("user", User(id))}}}""", stop);
        // Where people have to show that it is them: they are nobody, so they can.
        if (asked?.TryGetProperty("verification", out var token) == true)
            await calls.Call("POST", "privacy/requests/{id}/verify", $$"""{"token":"{{token.GetProperty("token").GetString()}}"}""", stop, ("id", drill.Request));
        return true;
    }

    /// <summary>How the erasure stands. What staff has to allow first is allowed here: nobody real waits for it.</summary>
    public async ValueTask<string> Erasure(string id, CancellationToken stop)
    {
        var drill = (await findings.Drill(id, stop))!;
        var (status, body) = await calls.Call("GET", "privacy/requests/{id}", null, stop, ("id", drill.Request));
        var state = status == 200 ? body!.Value.GetProperty("status").GetString()! : $"answered {status}";
        if (state == "awaiting_approval") await calls.Call("POST", "privacy/requests/{id}/approve", "{}", stop, ("id", drill.Request));
        return state;
    }

    /// <summary>Whether nothing knows them any more.</summary>
    public async ValueTask<bool> Gone(string id, CancellationToken stop)
    {
        var drill = (await findings.Drill(id, stop))!;
        drill = drill with { After = await Look(drill, stop) };
        await findings.Keep(drill, stop);
        return drill.After.All(s => s.Hits == 0);
    }

    public async ValueTask<DrillStatus> End(DrillEnd end, CancellationToken stop)
    {
        var drill = (await findings.Drill(end.Id, stop))!;
        // Whoever was never found cannot have been lost.
        var status = end.Status == DrillStatus.Passed && drill.Before.All(s => s.Hits == 0) ? DrillStatus.NotSeen : end.Status;
        if (drill.Status != DrillStatus.Running) return drill.Status;
        await audit.Append(new(AuditTypes.DrillEnded, null, new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["drill"] = drill.Id, ["outcome"] = status.ToString(), ["stores"] = $"{drill.After.Count}", ["before"] = $"{drill.Before.Sum(s => s.Hits)}", ["after"] = $"{drill.After.Sum(s => s.Hits)}",
        }), stop);
        await findings.Keep(drill with { Status = status, Ended = time.GetUtcNow() }, stop);
        ended.Add(1, new KeyValuePair<string, object?>("outcome", status.ToString().ToLowerInvariant()));
        return status;
    }

    // That they agreed is in the profile at once; what they did comes after it.
    private async ValueTask<bool> HasFeatures(string subject, CancellationToken stop)
    {
        var (found, profile) = (await documents.Get(Profile.Store, subject, Profile.Id, stop), new Profile());
        return found.Status != Status.NotFound && profile.Read(found.Required(Profile.Store).Body.Span)
            && Provenance.Of(profile, FeatureInput.Seconds(time.GetUtcNow().ToUnixTimeMilliseconds())).Any();
    }

    private ValueTask<IReadOnlyList<StoreHits>> Look(Drill drill, CancellationToken stop) =>
        search.Find([.. drill.Subjects.Select(s => Identity.Graph.SubjectText.TryParse(s, out var subject) ? subject : default)], drill.Trace, Findings.Store, stop);

    private async ValueTask<JsonElement?> Required(string method, string route, string body, CancellationToken stop)
    {
        var (status, answer) = await calls.Call(method, route, body, stop);
        if (status is < 200 or > 299) throw new InvalidOperationException($"{method} /{route} answered the drill {status} {answer?.GetProperty("type")}.");
        return answer;
    }

    private static string Events(Drill drill)
    {
        string[] said = ["\"type\":\"view\",\"item\":\"drill-item\"", $"\"type\":\"search\",\"query\":\"{Query(drill.Id)}\"", "\"type\":\"click\",\"item\":\"drill-item\""];
        var events = said.Select((s, n) => (s, n)).SelectMany(e => new[] { Named("visitor", Visitor(drill.Id)), $"{Named("visitor", Visitor(drill.Id))},{Named("user", User(drill.Id))}" }
            .Select((who, w) => $$"""{"id":"{{drill.Id}}-{{e.n}}-{{w}}","time":"{{drill.Started:O}}","session":"{{Visitor(drill.Id)}}",{{who}},{{e.s}}}"""));
        return $"[{string.Join(',', events)}]";
    }

    // Ids of drills are hex digits, so nothing in these needs to be escaped.
    private static string Named(string kind, string id) => $"\"{kind}\":\"{id}\"";

    private static string User(string id) => $"nobody-user-{id}";

    private static string Visitor(string id) => $"nobody-visitor-{id}";

    private static string Mail(string id) => $"nobody-{id}@drill.invalid";

    private static string Query(string id) => $"nobody asked {id}";
}

/// <param name="Id">The drill.</param>
/// <param name="Status">How it ended.</param>
internal sealed record DrillEnd(string Id, DrillStatus Status);
