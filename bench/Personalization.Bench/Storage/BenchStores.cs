using System.Text;
using Personalization.Storage;

namespace Personalization.Bench.Storage;

/// <summary>What the storage benchmarks write: a profile of half a kilobyte per subject and events of two hundred bytes.</summary>
internal static class BenchStores
{
    public static readonly Store Profiles = new("profiles", StoreKind.Documents, "bench", "To be measured", Sensitivity.Pseudonymous, TimeSpan.FromDays(30), "the subject", SubjectKey.Partition);
    public static readonly Store Events = new("events", StoreKind.Stream, "bench", "To be measured", Sensitivity.Pseudonymous, TimeSpan.FromDays(1), "the subject", SubjectKey.RecordKey);

    public static StoreRegistry Registry { get; } = new([Profiles, Events]);

    public static byte[] Profile { get; } = Encoding.UTF8.GetBytes(
        """{"v":3,"seen":"2026-01-05T09:00:00Z","affinity":{""" + string.Join(',', Enumerable.Range(0, 20).Select(n => $"\"category-{n}\":{n / 7.0:F4}")) + """},"price":{"mean":41.2,"n":37}}""");

    public static byte[] Event { get; } = Encoding.UTF8.GetBytes(
        """{"id":"e-000000","type":"view","time":"2026-01-05T09:00:00Z","item":"sku-123456","category":"shoes","dwellMs":5321,"context":{"region":"eu","device":"mobile","channel":"web"},"consent":{"v":17}}""");

    public static string Subject(long n) => n.ToString("x32");
}
