using System.Text.Json.Serialization;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;

namespace Personalization.Functions.Triggers;

/// <summary>The salts by which people are recognized: rotated by the clock, and by an operator in an emergency.</summary>
internal static class SaltFunctions
{
    private const int MostHours = 24 * 90;

    public static IEnumerable<Function> All(SaltKeeper keeper) =>
    [
        new("ListEpochs", new Trigger.Http("GET", "identity/epochs", Roles.Operator | Roles.Compliance, http => List(http, keeper))),
        new("RotateSalt", new Trigger.Http("POST", "identity/rotations", Roles.Operator, http => Rotate(http, keeper))),
        new("TendSalts", new Trigger.Timer("0 */10 * * * *", (_, stop) => keeper.Tend(stop))),
    ];

    private static async ValueTask<IResult> List(HttpContext http, SaltKeeper keeper) =>
        Answer.Json(200, new([.. (await keeper.Epochs(http.RequestAborted)).Select(e => new EpochListed(e.Number, e.Since, e.Ends))]), Json.Default.EpochsListed);

    private static async ValueTask<IResult> Rotate(HttpContext http, SaltKeeper keeper)
    {
        var request = await RequestBody.Json(http, Json.Default.RotationRequest);
        if (request.OverlapHours is < 0 or > MostHours) return Problem.Invalid("overlapHours", $"must be a whole number from 0 to {MostHours}");
        TimeSpan? overlap = request.OverlapHours is { } hours ? TimeSpan.FromHours(hours) : null;
        return await keeper.Rotate(overlap, http.RequestAborted) switch
        {
            Rotation.Done => await List(http, keeper),
            Rotation.TooMany => Problem.Invalid("overlapHours", "is so long that too many salts would be understood at once; GET /identity/epochs lists them"),
            _ => Problem.JustRotated(keeper.Wait),
        };
    }
}

/// <param name="OverlapHours">How long the salts until now are still understood; 0 forgets everybody at once, nothing leaves it as it is set.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RotationRequest(int? OverlapHours);

internal sealed record EpochsListed(IReadOnlyList<EpochListed> Epochs);

/// <param name="Number">Counts up.</param>
/// <param name="Since">When it came into force.</param>
/// <param name="Ends">When its salt is destroyed; absent for the one in force.</param>
internal sealed record EpochListed(int Number, DateTimeOffset Since, DateTimeOffset? Ends);
