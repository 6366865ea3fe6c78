using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Personalization.Audit;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Triggers;

/// <summary>
/// Requests from other parties in the form of OpenDSR 2.0, also under its version, and in that of OpenGDPR before it. Every
/// answer is signed. Whoever sends them has made sure who the person is; that is their part, and not asked again.
/// </summary>
internal static class OpenDsrFunctions
{
    private static readonly string[] Names = ["OpenDSR", "OpenGDPR"];

    public static IEnumerable<Function> All(RequestDesk desk, OpenDsrIntake intake, Signer signer, PrivacyOptions options, TimeProvider time)
    {
        yield return new("DsrCertificate", new Trigger.Http("GET", "opendsr/key.pem", Roles.Anyone, async http => await Key(http, signer)));
        foreach (var (suffix, root, discovery, requests, legacy) in Ways())
        {
            var answers = new Answers(signer, options, NameOf(legacy));
            if (discovery) yield return new($"DsrDiscover{suffix}", new Trigger.Http("GET", root + "discovery", Roles.Compliance, http => answers.Of(http, 200, Discovery(options, legacy), Json.Default.DsrDiscovery)));
            yield return new($"DsrCreate{suffix}", Waking("POST", requests, http => Guarded(http, answers, () => Create(http, desk, intake, answers, options, legacy))));
            yield return new($"DsrGet{suffix}", new Trigger.Http("GET", requests + "/{id}", Roles.Compliance, http => Guarded(http, answers, () => Get(http, desk, answers, options))));
            yield return new($"DsrCancel{suffix}", Waking("DELETE", requests + "/{id}", http => Guarded(http, answers, () => Cancel(http, desk, answers, options, time))));
            // The specification demands it and never says what it is; it is taken for another name of the same question.
            if (!legacy) yield return new($"DsrStatus{suffix}", new Trigger.Http("GET", root + "status/{id}", Roles.Compliance, http => Guarded(http, answers, () => Get(http, desk, answers, options))));
        }
    }

    public static DsrStatus StatusOf(PrivacyRequest r, string status, PrivacyOptions options)
    {
        var results = status == RequestWords.DsrOf(RequestState.Completed) && r.Type != RequestType.Erasure;
        return new(
            options.ControllerId, OpenDsrIntake.Expected(r), r.Id, status, VersionOf(r.OldWay),
            results && r.Export is not null ? $"https://{options.ProcessorDomain}/privacy/requests/{r.Id}/export" : null, results ? r.Results : null);
    }

    // With and without the version, and the old names: the specification asks for the one and shows the other.
    private static IEnumerable<(string Suffix, string Root, bool Discovery, string Requests, bool Legacy)> Ways() =>
    [
        ("", "", true, "requests", false), ("V2", "v2/", true, "v2/requests", false), ("Gdpr", "", false, "opengdpr_requests", true), ("GdprV1", "v1/", true, "v1/opengdpr_requests", true),
    ];

    private static Trigger.Http Waking(string method, string route, HttpHandler handle) => new([method], route, Roles.Compliance, handle, DurableClient: true);

    /// <summary>What our answers are called and signed as.</summary>
    public static string NameOf(bool legacy) => Names[legacy ? 1 : 0];

    private static string VersionOf(bool legacy) => legacy ? "1.0" : OpenDsrIntake.Version;

    private static DsrDiscovery Discovery(PrivacyOptions options, bool legacy) => new(
        VersionOf(legacy), [.. OpenDsrIntake.Types.SelectMany(t => OpenDsrIntake.Formats.Select(f => new DsrSupported(t.Type, f)))],
        [.. Enum.GetValues<RequestType>().Select(RequestWords.Of)], $"https://{options.ProcessorDomain}/opendsr/key.pem");

    private static async ValueTask<IResult> Create(HttpContext http, RequestDesk desk, OpenDsrIntake intake, Answers answers, PrivacyOptions options, bool legacy)
    {
        using var body = await RequestBody.Text(http, "application/json");
        var taken = await desk.Take(intake.Read(body.Memory, legacy), http.RequestAborted);
        if (taken.As == TakenAs.Other) throw new DsrRefusedException("subject_request_id is that of a request that asks for something else");
        var r = taken.Request;
        return await answers.Of(http, 201, new(options.ControllerId, OpenDsrIntake.Expected(r), r.ReceivedAt, Convert.ToBase64String(body.Exact.Span), r.Id), Json.Default.DsrReceipt);
    }

    private static async ValueTask<IResult> Get(HttpContext http, RequestDesk desk, Answers answers, PrivacyOptions options) =>
        await answers.Of(http, 200, await desk.Find(Id(http), http.RequestAborted) is { } r ? StatusOf(r, RequestWords.DsrOf(r.State), options) : throw Unknown(), Json.Default.DsrStatus);

    private static async ValueTask<IResult> Cancel(HttpContext http, RequestDesk desk, Answers answers, PrivacyOptions options, TimeProvider time)
    {
        var answer = await desk.Tell(Id(http), new RequestCommand.Cancel(), http.RequestAborted) ?? throw Unknown();
        if (answer.Decision is RequestDecision.Refused) throw new DsrRefusedException("the request is not pending any more and cannot be cancelled");
        return await answers.Of(http, 202, new(options.ControllerId, answer.Request.Id, time.GetUtcNow(), OpenDsrIntake.Version), Json.Default.DsrCancelled);
    }

    private static async ValueTask<IResult> Guarded(HttpContext http, Answers answers, Func<ValueTask<IResult>> call)
    {
        try { return await call(); }
        catch (DsrRefusedException e) { return await answers.Refused(http, e.Message); }
        // What is wrong with a body is wrong with it in OpenDSR's words, too.
        catch (RefusedException e) when (e.Problem.Status is 400 or 413 or 415) { return await answers.Refused(http, e.Problem.Detail.TrimEnd('.')); }
    }

    private static string Id(HttpContext http) => http.Request.RouteValues["id"] is string id && OpenDsrIntake.IsUuid(id) ? id : throw new DsrRefusedException("subject_request_id must be a UUID, version 4, in lower case");

    private static DsrRefusedException Unknown() => new("subject_request_id is not known");

    private static async ValueTask<IResult> Key(HttpContext http, Signer signer) =>
        Answer.File(Encoding.ASCII.GetBytes(Pem((await signer.Key(http.RequestAborted)).Key)), "application/x-pem-file", "key.pem");

    private static string Pem(string spki) => new(System.Security.Cryptography.PemEncoding.Write("PUBLIC KEY", Convert.FromBase64String(spki)));

    /// <summary>Answers that say who they are from, with a signature of their exact bytes.</summary>
    private sealed class Answers(Signer signer, PrivacyOptions options, string name)
    {
        public async ValueTask<IResult> Of<T>(HttpContext http, int status, T body, JsonTypeInfo<T> type)
        {
            var bytes = JsonSerializer.SerializeToUtf8Bytes(body, type);
            http.Response.Headers[$"X-{name}-Processor-Domain"] = options.ProcessorDomain;
            http.Response.Headers[$"X-{name}-Signature"] = await signer.Sign(bytes, http.RequestAborted);
            return Answer.Ready(bytes, status);
        }

        public ValueTask<IResult> Refused(HttpContext http, string message) => Of(http, 400, new(new(400, message, [new("Validation", "invalid", message)])), Json.Default.DsrFailure);
    }
}
