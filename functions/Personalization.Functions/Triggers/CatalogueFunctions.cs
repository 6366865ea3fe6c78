using Personalization.Catalog;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Triggers;

/// <summary>What there is to show.</summary>
internal static class CatalogueFunctions
{
    private const int MaxItems = 10_000;

    private const int MaxAttributes = 1000;

    public static IEnumerable<Function> All(Catalogue catalogue) =>
    [
        new("ChangeItems", new Trigger.Http("PATCH", "catalog/items", Roles.Marketer | Roles.Operator, http => Change(http, catalogue))),
        new("DeclareAttributes", new Trigger.Http("PUT", "catalog/attributes", Roles.Marketer | Roles.Operator, http => Declare(http, catalogue))),
        new("GetItem", new Trigger.Http("GET", "catalog/items/{id}", Roles.Frontend | Roles.Staff, http => Get(http, catalogue))),
        new("ListAttributes", new Trigger.Http("GET", "catalog/attributes", Roles.Staff, http => List(http, catalogue))),
        new("UpsertItems", new Trigger.Http("PUT", "catalog/items", Roles.Marketer | Roles.Operator, http => Upsert(http, catalogue))),
    ];

    private static ValueTask<IResult> Get(HttpContext http, Catalogue catalogue) =>
        new(catalogue.Now.Find(http.Request.RouteValues["id"] as string ?? "") is { } found
            ? Answer.Json(200, found.Item, Json.Default.Item)
            : Problem.NoSuch("item"));

    private static async ValueTask<IResult> Upsert(HttpContext http, Catalogue catalogue)
    {
        var items = await RequestBody.Json(http, Json.Default.ListItem);
        var schema = await catalogue.Schema(http.RequestAborted);
        if (Refused(items, MaxItems, "items", i => ItemCheck.Fault(i) ?? schema.Fault(i)) is { } refused) return refused;
        return Answer.Json(200, new(await catalogue.Upsert(items, http.RequestAborted)), Json.Default.ItemsUpserted);
    }

    private static async ValueTask<IResult> Change(HttpContext http, Catalogue catalogue)
    {
        var changes = await RequestBody.Json(http, Json.Default.ListItemChange);
        if (Refused(changes, MaxItems, "items", ItemCheck.Fault) is { } refused) return refused;
        var unknown = await catalogue.Change(changes, http.RequestAborted);
        return Answer.Json(200, new(changes.Count - unknown.Count, [.. unknown.Select(c => c.Id!)]), Json.Default.ItemsChanged);
    }

    private static async ValueTask<IResult> Declare(HttpContext http, Catalogue catalogue)
    {
        var declared = await RequestBody.Json(http, Json.Default.ListAttributeDeclaration);
        if (Refused(declared, MaxAttributes, "attributes", d => d is null ? ("", "is null; every element declares an attribute") : d.Fault()) is { } refused) return refused;
        if (declared.GroupBy(d => d.Name, StringComparer.Ordinal).Any(g => g.Count() > 1)) return Problem.Invalid("name", "is declared twice");
        if (!Catalogue.Fits(new(declared))) return Problem.TooManyItems("values", MaxItems);
        return Answer.Json(200, new(declared.Count, await catalogue.Declare(new(declared), http.RequestAborted)), Json.Default.AttributesDeclared);
    }

    private static async ValueTask<IResult> List(HttpContext http, Catalogue catalogue) =>
        Answer.Json(200, new((await catalogue.Schema(http.RequestAborted)).Declared), Json.Default.AttributesListed);

    private static Problem? Refused<T>(List<T> all, int max, string what, Func<T, (string Field, string Reason)?> fault)
    {
        if (all.Count > max) return Problem.TooManyItems(what, max);
        for (var i = 0; i < all.Count; i++)
            if (fault(all[i]) is var (field, reason)) return Problem.Invalid($"[{i}]{(field.Length > 0 ? "." : "")}{field}", reason);
        return null;
    }
}

internal sealed record ItemsUpserted(int Upserted);

/// <param name="Changed">How many.</param>
/// <param name="Unknown">Ids nothing is known by.</param>
internal sealed record ItemsChanged(int Changed, IReadOnlyList<string> Unknown);

/// <param name="Declared">How many attributes.</param>
/// <param name="ItemsOutside">Items whose attributes are not as declared; they stay until they are replaced.</param>
internal sealed record AttributesDeclared(int Declared, int ItemsOutside);

internal sealed record AttributesListed(IReadOnlyList<AttributeDeclaration> Attributes);
