using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>Texts that are published to a stream and read from it.</summary>
internal static class StreamCalls
{
    public static async Task Publish(EmbeddedStorage engine, Store hub, int partition, params string[] bodies) =>
        Assert.True((await engine.Stream.Publish(hub, partition, [.. bodies.Select(b => new StreamRecord("s", Declared.Utf8(b)))], default)).Ok);

    public static List<(long, string)> Read(EmbeddedStorage engine, Store hub, int partition, long from) =>
        [.. engine.Stream.Read(hub, partition, from, 10).Records.Select(r => (r.Sequence, Declared.Text(r.Body)))];

    public static List<DeliveredRecord> Follow(EmbeddedStorage engine, Store hub, int partition, long from, int max)
    {
        var all = new List<DeliveredRecord>();
        while (engine.Stream.Read(hub, partition, from, max) is { Records.Count: > 0 } page)
        {
            all.AddRange(page.Records);
            from = page.Next;
        }
        return all;
    }
}
