using Personalization.Catalog;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Triggers;

/// <summary>What there is to show.</summary>
internal static class CatalogueFunctions
{
    private const int MaxItems = 10_000;

    public static IEnumerable<Function> All(Catalogue catalogue) =>
    [
        new("GetItem", new Trigger.Http("GET", "catalog/items/{id}", Roles.Frontend | Roles.Staff, http => Get(http, catalogue))),
        new("UpsertItems", new Trigger.Http("PUT", "catalog/items", Roles.Marketer | Roles.Operator, http => Upsert(http, catalogue))),
    ];

    private static ValueTask<IResult> Get(HttpContext http, Catalogue catalogue) =>
        new(catalogue.Now.Find(http.Request.RouteValues["id"] as string ?? "") is { } found
            ? Answer.Json(200, found.Item, Json.Default.Item)
            : Problem.NoSuch("item"));

    private static async ValueTask<IResult> Upsert(HttpContext http, Catalogue catalogue)
    {
        var items = await RequestBody.Json(http, Json.Default.ListItem);
        if (items.Count > MaxItems) return Problem.TooManyItems("items", MaxItems);
        for (var i = 0; i < items.Count; i++)
            if (ItemCheck.Fault(items[i]) is var (field, reason)) return Problem.Invalid($"[{i}]{(field.Length > 0 ? "." : "")}{field}", reason);
        return Answer.Json(200, new(await catalogue.Upsert(items, http.RequestAborted)), Json.Default.ItemsUpserted);
    }
}

internal sealed record ItemsUpserted(int Upserted);
