using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>
/// The process that is killed. It waits for a directory and a generation on its input, then writes as fast as it can and
/// says on its output what was acknowledged: "d writer number", "l count", "s partition number".
/// </summary>
internal static class KilledWriter
{
    public const string Verb = "write-until-killed";
    public const int Writers = 8, Keys = 5;

    public static readonly Store Documents = new("killeddocs", StoreKind.Documents, "tests", "To be killed", Sensitivity.Pseudonymous, null, "the writer", SubjectKey.Partition);
    public static readonly Store Rows = new("killedrows", StoreKind.Ledger, "tests", "To be killed", Sensitivity.Public, null, "one", SubjectKey.None);
    public static readonly Store Hub = new("killedhub", StoreKind.Stream, "tests", "To be killed", Sensitivity.Pseudonymous, TimeSpan.FromDays(1), "the subject", SubjectKey.RecordKey);

    public static readonly Store Long = Hub with { Name = "killedlonghub", Expiry = TimeSpan.FromDays(30) };

    public static StoreRegistry Stores { get; } = new([Documents, Rows, Hub, Long]);

    /// <summary>Both have files of their own.</summary>
    public static Store HubOf(int partition) => partition % 2 == 0 ? Hub : Long;

    /// <summary>Rolls and compacts many times in every short life.</summary>
    public static EmbeddedOptions Options(string directory) => new() { Directory = directory, SegmentBytes = 128 * 1024, CompactAfterBytes = 256 * 1024 };

    /// <summary>What document number n of a writer holds: enough of it to see a half.</summary>
    public static string Body(int writer, long number) => $"{writer}:{number}:{new string((char)('a' + (number % 26)), (int)(number * 37 % 1500))}";

    public static async Task<int> Run()
    {
        await using var output = Console.OpenStandardOutput();
        // What is loaded and compiled before the order comes is not in the short life that is measured.
        await using (var warm = EmbeddedStorage.Open(new EmbeddedOptions(), Stores, TimeProvider.System)) await Write(warm, Stream.Null, 1, 30);
        output.WriteByte((byte)'\n');
        await output.FlushAsync();
        if (Console.ReadLine()?.Split('\t') is not [var directory, var first]) return 1;
        await using var engine = EmbeddedStorage.Open(Options(directory), Stores, TimeProvider.System);
        await Write(engine, output, long.Parse(first), long.MaxValue);
        return 0;
    }

    private static Task Write(EmbeddedStorage engine, Stream output, long first, long count) => Task.WhenAll(
        Enumerable.Range(0, Writers).Select(w => Task.Run(() => Put(engine, output, w, first, count)))
            .Append(Task.Run(() => Append(engine, output, count)))
            .Append(Task.Run(() => Publish(engine, output, first, count))));

    private static async Task Put(EmbeddedStorage engine, Stream output, int writer, long first, long count)
    {
        for (var n = first; n - first < count; n++)
        {
            var put = await engine.Documents.Put(Documents, $"w{writer}", $"{n % Keys}", Declared.Utf8(Body(writer, n)), Condition.None, null, default);
            if (put.Ok) Say(output, $"d {writer} {n}\n");
        }
    }

    private static async Task Append(EmbeddedStorage engine, Stream output, long count)
    {
        var at = 0L;
        while ((await engine.Ledger.Read(Rows, "p", at, 1000, default)).Value is { Count: > 0 } rows) at += rows.Count;
        for (var end = at + Math.Min(count, 1_000_000); at < end; at++)
            if ((await engine.Ledger.Append(Rows, "p", at, [Declared.Utf8($"row {at}")], default)).Ok) Say(output, $"l 0 {at}\n");
    }

    private static async Task Publish(EmbeddedStorage engine, Stream output, long first, long count)
    {
        for (var n = first; n - first < count; n++)
            if ((await engine.Stream.Publish(HubOf((int)(n % 8)), (int)(n % 8), [new("s", Declared.Utf8($"{n}"))], default)).Ok) Say(output, $"s {n % 8} {n}\n");
    }

    private static void Say(Stream output, string line)
    {
        lock (output) output.Write(Declared.Utf8(line));
    }
}
