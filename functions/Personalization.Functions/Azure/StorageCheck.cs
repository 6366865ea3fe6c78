using Azure.Core;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>Infra makes tables and blob containers; this only says, all at once, what it left out.</summary>
internal static class StorageCheck
{
    public static async Task<IReadOnlyList<string>> Faults(RestService blobs, RestService tables, StoreRegistry stores, CancellationToken stop)
    {
        var faults = new List<string>();
        foreach (var store in stores.All)
        {
            if (store.Kind == StoreKind.Blobs) Judge("Blob container", store, await blobs.Probe($"/{store.Name}?restype=container", Read, stop));
            if (store.Kind == StoreKind.Ledger) Judge("Table", store, await tables.Probe($"/{store.Name}()?$top=1", ReadTable, stop));
        }
        return faults;

        void Judge(string kind, Store store, int status)
        {
            if (status == 404) faults.Add($"{kind} '{store.Name}' is missing");
            else if (status is < 200 or > 299) faults.Add($"{kind} '{store.Name}' cannot be read: HTTP {status}");
        }
    }

    private static void Read(Request request) => StorageAccount.Shape(request, RequestMethod.Get);

    private static void ReadTable(Request request)
    {
        Read(request);
        request.Headers.SetValue("Accept", "application/json;odata=nometadata");
    }
}
