using System.Diagnostics;
using System.Diagnostics.Metrics;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>What the Azure stores cost and how they answer. Labels name stores and operations, never keys or content.</summary>
internal static class StoreMetrics
{
    private static readonly Meter Meter = new("Personalization");

    private static readonly Counter<long> Calls =
        Meter.CreateCounter<long>("personalization.store.calls", "{call}", "Calls to Azure stores by outcome and HTTP status");

    private static readonly Counter<long> Throttles =
        Meter.CreateCounter<long>("personalization.store.throttles", "{call}", "Calls an Azure store refused for now");

    private static readonly Histogram<double> Charge =
        Meter.CreateHistogram<double>("personalization.cosmos.request_charge", "{RU}", "Request units charged for one call");

    public static void Called(string store, string operation, Status outcome, int httpStatus)
    {
        Calls.Add(1, new("store", store), new("operation", operation), new("outcome", outcome.ToString()), new("http.status", httpStatus));
        if (outcome == Status.Throttled) Throttles.Add(1, new("store", store), new("operation", operation));
    }

    public static void Charged(string store, string operation, double requestUnits) =>
        Charge.Record(requestUnits, new TagList { { "store", store }, { "operation", operation } });
}
