using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Personalization.Storage;

namespace Personalization.Privacy.Proving;

/// <summary>What drills and sweeps found, for whoever has to show it: the newest first.</summary>
public sealed class Findings(IDocuments documents)
{
    public static readonly Store Store = new(
        "findings", StoreKind.Documents, "compliance", "Shows that erasure and retention were tried out and what came of it, on people who do not exist",
        Sensitivity.Public, TimeSpan.FromDays(400), "what was tried", SubjectKey.None);

    private const string Retention = "retention";
    private const string Drills = "drills";

    public ValueTask Keep(RetentionReport report, CancellationToken stop) => Put(Retention, Newest(report.At), report, Stored.Default.RetentionReport, stop);

    public ValueTask Keep(Drill drill, CancellationToken stop) => Put(Drills, drill.Id, drill, Stored.Default.Drill, stop);

    public async ValueTask<Drill?> Drill(string id, CancellationToken stop)
    {
        var found = await documents.Get(Store, Drills, id, stop);
        return found.Status == Status.NotFound ? null : Stored.Read(found.Required(Store).Body, Stored.Default.Drill);
    }

    public ValueTask<Page<RetentionReport>> RetentionReports(string? next, int max, CancellationToken stop) => List(Retention, next, max, Stored.Default.RetentionReport, stop);

    public ValueTask<Page<Drill>> AllDrills(string? next, int max, CancellationToken stop) => List(Drills, next, max, Stored.Default.Drill, stop);

    /// <summary>A name that sorts what is newer before what is older.</summary>
    public static string Newest(DateTimeOffset at) => (long.MaxValue - at.UtcTicks).ToString("d19", CultureInfo.InvariantCulture);

    private async ValueTask Put<T>(string partition, string id, T value, JsonTypeInfo<T> type, CancellationToken stop) =>
        (await documents.Put(Store, partition, id, JsonSerializer.SerializeToUtf8Bytes(value, type), Condition.None, null, stop)).Required(Store);

    private async ValueTask<Page<T>> List<T>(string partition, string? next, int max, JsonTypeInfo<T> type, CancellationToken stop) where T : class
    {
        var page = (await documents.List(Store, partition, next, max, stop)).Required(Store);
        return new([.. page.Items.Select(d => Stored.Read(d.Body, type)).OfType<T>()], page.Next);
    }
}
