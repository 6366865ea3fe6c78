namespace Personalization.Storage;

/// <summary>
/// A value read from a store and used many times. Readers never wait: one that finds the value old starts one reload
/// in the background and goes on with what is there. A reload that fails leaves the old value and is tried again.
/// </summary>
public sealed class Refreshed<T>(T initial, TimeProvider time, TimeSpan refreshAfter) where T : class
{
    private volatile T current = initial;
    private const long Never = long.MinValue;
    private long loadedAt = Never;
    private int loading;

    public T Current => current;

    public T Read(Func<CancellationToken, Task<T>> load)
    {
        var last = Volatile.Read(ref loadedAt);
        var due = last == Never || time.GetElapsedTime(last) > refreshAfter;
        if (due && Interlocked.Exchange(ref loading, 1) == 0) _ = Reload(load);
        return current;
    }

    /// <summary>Takes a value that is newer than any load under way.</summary>
    public void Set(T value)
    {
        Volatile.Write(ref loadedAt, time.GetTimestamp());
        current = value;
    }

    private async Task Reload(Func<CancellationToken, Task<T>> load)
    {
        var before = current;
        try
        {
            var loaded = await load(CancellationToken.None);
            // Someone set a newer value meanwhile: keep it, and look again after the usual time.
            if (ReferenceEquals(Interlocked.CompareExchange(ref current!, loaded, before), before)) Volatile.Write(ref loadedAt, time.GetTimestamp());
        }
        // Whatever was wrong, what is there still serves, and the next look is no sooner than usual.
        catch (Exception) { Volatile.Write(ref loadedAt, time.GetTimestamp()); }
        finally { Volatile.Write(ref loading, 0); }
    }
}
