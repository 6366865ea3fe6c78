using Microsoft.AspNetCore.Http;
using Personalization.Functions.Hosting;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>What people and staff say to a world, in few words.</summary>
internal static class PrivacyCalls
{
    public const string Dsr = "a7551968-d5d6-44b2-9831-815ac9017798";

    public const string Everything = """{"personalization":true,"sensitive":true,"location":true,"crossDevice":true,"training":true}""";

    public static async Task<Tampered> Tampered(PrivacyWorld world)
    {
        var documents = new Tampered(world.Raw);
        await world.Start(documents, null);
        return documents;
    }

    public static Task Agree(PrivacyWorld world, string kind, string name) =>
        world.Call("PUT", "consent", $$"""{"{{kind}}":"{{name}}","purposes":{{Everything}},"source":"s","noticeVersion":"1"}""", 200);

    public static async Task<string> Merge(PrivacyWorld world, string body) => (await world.Call("POST", "identity/merges", body, 202)).GetProperty("id").GetString()!;

    public static async Task Minutes(PrivacyWorld world, int minutes)
    {
        await world.Settle();
        for (var minute = 0; minute < minutes; minute++) await world.Pass(TimeSpan.FromMinutes(1));
    }

    public static async Task<(int Status, byte[] Body)> Fetch(PrivacyWorld world, string token)
    {
        var http = new DefaultHttpContext();
        using var body = new MemoryStream();
        http.Response.Body = body;
        http.Request.RouteValues["token"] = token;
        await (await ((Trigger.Http)world.Parts.Table.Find("FetchExport")!.Trigger).Handle(http)).ExecuteAsync(http);
        return (http.Response.StatusCode, body.ToArray());
    }

    public static string Body(string user, string type = "erasure", string time = "2026-01-05T08:00:00Z", string more = "") =>
        $$"""{"regulation":"gdpr","subject_request_id":"{{Dsr}}","subject_request_type":"{{type}}","submitted_time":"{{time}}","subject_identities":[{"identity_type":"controller_customer_id","identity_value":"{{user}}","identity_format":"raw"}]{{more}}}""";
}
