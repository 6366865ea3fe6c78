using System.Text;
using Personalization.Storage;

namespace Personalization.Tests.Storage.Contracts;

/// <summary>Stores for one test. Every call gives a new name, so that tests sharing an emulator do not meet.</summary>
public static class Declared
{
    private static int count;

    public static Store Documents(TimeSpan? expiry = null) => New("docs", StoreKind.Documents, expiry, SubjectKey.Partition);

    public static Store Ledger() => New("ledger", StoreKind.Ledger, null, SubjectKey.Partition);

    public static Store Blobs() => New("blobs", StoreKind.Blobs, null, SubjectKey.NamePrefix);

    public static Store Stream(TimeSpan? retention = null) => New("hub", StoreKind.Stream, retention ?? TimeSpan.FromDays(1), SubjectKey.RecordKey);

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);

    /// <summary>Bytes that do not compress and differ by seed.</summary>
    public static byte[] Noise(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The call is refused because its store is not declared.</summary>
    public static Task Refused<T>(Func<ValueTask<T>> call) =>
        Assert.ThrowsAsync<InvalidOperationException>(async () => await call());

    private static Store New(string prefix, StoreKind kind, TimeSpan? expiry, SubjectKey subject) =>
        new($"{prefix}{Interlocked.Increment(ref count)}", kind, "tests", "To show what the contract promises", Sensitivity.Pseudonymous,
            expiry, "the subject", subject);
}
