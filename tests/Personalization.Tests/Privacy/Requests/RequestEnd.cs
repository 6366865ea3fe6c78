using Personalization.Privacy.Exporting;
using Personalization.Privacy.Requests;
using Personalization.Profiles;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>The course of a request under which processes die, and what is there in the end.</summary>
internal static class RequestEnd
{
    /// <summary>The caller asks again where they got no answer, and the clock goes on.</summary>
    public static async Task Course(PrivacyWorld world, string type, Func<bool> dead)
    {
        var (status, _) = await world.Try("POST", "privacy/requests", $$"""{"id":"r","type":"{{type}}","user":"u"}""");
        // Of one that is over nothing is left by which it could be told to be the same.
        Assert.True(status is 200 or 201 || (status == 409 && await world.Book.Find(PrivacyRequest.HandleOf("r"), default) is { IsOver: true }), $"{status}");
        await world.Settle();
        for (var hour = 0; hour < 30 && !dead(); hour++) await world.Pass(TimeSpan.FromHours(1));
        if (type != "erasure" && !dead()) await world.Pass(TimeSpan.FromDays(7));
        // As the timer does: one look wakes who sleeps, the next takes away what has ended.
        for (var look = 0; look < 2 && !dead(); look++)
        {
            await world.Pass(TimeSpan.FromMinutes(10));
            await world.Tend();
        }
    }

    /// <summary>All of it, but for what is drawn by chance.</summary>
    public static async Task<string> Of(PrivacyWorld world, string type, IReadOnlyList<string> subjects)
    {
        var request = (await world.Book.Find(PrivacyRequest.HandleOf("r"), default))!;
        var documents = await world.Documents();
        // A tombstone goes by itself, and whoever dies twice may take as long.
        var left = documents.Where(d => subjects.Contains(d.Document.Partition) && d.Store is not "auditkeys" && !Tombstone.Is(d.Document.Body.Span)).GroupBy(d => d.Store).Select(g => $"{g.Key} {g.Count()}");
        var certificate = type == "erasure" ? (await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r"))).GetProperty("facts").GetProperty("stores").EnumerateArray()
            .Where(s => s.GetProperty("store").GetString() is not "auditkeys").Select(s => $"{s.GetProperty("store")} {s.GetProperty("found")} {s.GetProperty("deleted")}") : [];
        var blobs = (await world.Blobs.List(Exports.Files, "", null, 10, default)).Value.Items.Count;
        var histories = documents.Count(d => d.Store == "workflows");
        return string.Join('\n', [$"{request.State} {request.Subjects.Count} {request.Reason} {request.Retries} {request.Export is null} {request.Results} {request.Merges.Count} {request.HistoryGone}", $"{blobs} files, {histories} histories", .. left.Order(StringComparer.Ordinal), .. certificate]);
    }
}
