using System.Globalization;
using System.Text;
using Personalization.Storage;

namespace Personalization.Functions.Hosting.Runner;

/// <summary>When each timer function last ran. Under the Functions host the host keeps this.</summary>
internal sealed class TimerRecord(IDocuments documents)
{
    public static readonly Store Store = new(
        "timers", StoreKind.Documents, "operations", "Remembers when timers ran, so that a restart makes up for what it missed",
        Sensitivity.Public, null, "one partition for all timers", SubjectKey.None);

    private const string Partition = "timers";

    public async ValueTask<DateTimeOffset?> Last(string function, CancellationToken stop)
    {
        var found = await documents.Get(Store, Partition, function, stop);
        return found.Ok && DateTimeOffset.TryParseExact(Encoding.UTF8.GetString(found.Value.Body.Span), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var last) ? last : null;
    }

    public async ValueTask<bool> Save(string function, DateTimeOffset ran, CancellationToken stop) =>
        (await documents.Put(Store, Partition, function, Encoding.UTF8.GetBytes(ran.ToString("O")), Condition.None, null, stop)).Ok;
}
