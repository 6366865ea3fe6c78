using Azure.Core;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>Infra makes tables and blob containers; this only says, all at once, what it left out.</summary>
internal static class StorageCheck
{
    public static async Task<IReadOnlyList<string>> Faults(
        RestService service, IEnumerable<Store> stores, string what, Func<Store, string> path, CancellationToken stop)
    {
        var faults = new List<string>();
        foreach (var store in stores)
        {
            var status = await service.Probe(path(store), Shape, stop);
            if (status == 0) faults.Add($"{what} '{store.Name}' cannot be reached");
            else if (status == 404) faults.Add($"{what} '{store.Name}' is missing");
            else if (status is < 200 or > 299) faults.Add($"{what} '{store.Name}' cannot be read: HTTP {status}");
        }
        return faults;
    }

    private static void Shape(Request request)
    {
        StorageAccount.Shape(request, RequestMethod.Get);
        request.Headers.SetValue("Accept", "application/json;odata=nometadata");
    }
}
