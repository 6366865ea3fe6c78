using System.Security.Cryptography;

namespace Personalization.Storage;

/// <summary>
/// The wait after a conflict: none after the first, then a random part of a time that doubles, so that those who met once
/// do not meet again. Whoever loses ten times in a row fails and leaves it to the next delivery.
/// </summary>
public static class Backoff
{
    public const int MaxAttempts = 10;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(5);

    public static ValueTask Pause(int attempt, Store store, TimeProvider time, CancellationToken stop)
    {
        if (attempt >= MaxAttempts) throw new StoreUnavailableException(store.Name, Status.Conflict);
        if (attempt == 1) return default;
        var most = (int)Shortest.TotalMilliseconds << (attempt - 2);
        return new(Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(most) + 1), time, stop));
    }
}
