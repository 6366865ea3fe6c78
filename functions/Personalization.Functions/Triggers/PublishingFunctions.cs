using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Personalization.Functions.Hosting.Http;
using Personalization.Publishing;

namespace Personalization.Functions.Triggers;

/// <summary>What is the same for everything marketers publish: looking at versions and going back to one.</summary>
/// <param name="desk">Where it is done.</param>
/// <param name="name">How the answers call what is published.</param>
/// <param name="type">How a set is written.</param>
internal sealed class PublishingFunctions<TCompiled, TSet>(PublishingDesk<TCompiled, TSet> desk, string name, JsonTypeInfo<TSet> type) where TCompiled : class where TSet : class, IPublishedSet<TSet>
{
    public async ValueTask<IResult> Get(HttpContext http) =>
        await desk.Show(Number(http, "version"), http.RequestAborted) is { } shown ? PublishingAnswers.Shown(shown, type) : Problem.NoSuch("version");

    public async ValueTask<IResult> List(HttpContext http)
    {
        var (pointer, listed) = await desk.Versions(Number(http, "before"), http.RequestAborted);
        return PublishingAnswers.Listed(pointer, listed, name);
    }

    public async ValueTask<IResult> Revert(HttpContext http)
    {
        var request = await RequestBody.Json(http, Json.Default.RevertRequest);
        if (request.To is < 1) return Problem.Invalid("to", "must be the number of a version, from 1 on");
        var (outcome, version) = await desk.Revert(request.To, http.RequestAborted);
        return outcome switch
        {
            Pointing.Done => Answer.Json(200, new(version), Json.Default.Reverted),
            Pointing.Broken => Problem.VersionBroken,
            _ => Problem.NoSuch("version"),
        };
    }

    private static int? Number(HttpContext http, string name)
    {
        if (!http.Request.Query.TryGetValue(name, out var given)) return null;
        return given.Count == 1 && int.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number : throw new RefusedException(Problem.Invalid(name, "must be the number of a version, from 1 on"));
    }
}

/// <param name="To">The version; left out, the newest older one that was in force.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RevertRequest(int? To);

/// <param name="Version">What is in force now.</param>
internal sealed record Reverted(int Version);
