namespace Personalization.Storage;

/// <summary>
/// A value read from a store and used many times. Readers never wait: one that finds the value old starts one reload in
/// the background and goes on with what is there. A reload that fails leaves the old value and is tried again later.
/// </summary>
public sealed class Refreshed<T>(T initial, TimeProvider time, TimeSpan refreshAfter) where T : class
{
    private const long Never = long.MinValue;
    private readonly Lock gate = new();
    private volatile T current = initial;
    private volatile bool loaded;
    private long lookedAt = Never;
    private int loading;

    public T Current => current;

    public T Read(Func<CancellationToken, Task<T>> load)
    {
        var last = Volatile.Read(ref lookedAt);
        var due = last == Never || time.GetElapsedTime(last) > refreshAfter;
        if (due && Interlocked.Exchange(ref loading, 1) == 0) _ = Reload(load);
        return current;
    }

    /// <summary>For who cannot go on with the initial value: waits for a first load, and fails with it.</summary>
    public async ValueTask<T> Loaded(Func<CancellationToken, Task<T>> load, CancellationToken stop)
    {
        if (!loaded) Replace(await load(stop), first: true);
        return Read(load);
    }

    /// <summary>For who can do with an old value, but not with any: waits for a load where the last look is longer ago, and fails with it.</summary>
    public async ValueTask<T> NotOlder(TimeSpan than, Func<CancellationToken, Task<T>> load, CancellationToken stop)
    {
        if (IsOlder(than)) Replace(await load(stop), first: false);
        return Read(load);
    }

    /// <summary>Whether the last look is longer ago.</summary>
    public bool IsOlder(TimeSpan than)
    {
        var last = Volatile.Read(ref lookedAt);
        return last == Never || time.GetElapsedTime(last) > than;
    }

    /// <summary>Loads, and fails with it. What came meanwhile by another way is newer and stays.</summary>
    public async Task Renew(Func<CancellationToken, Task<T>> load)
    {
        var before = current;
        var fresh = await load(CancellationToken.None);
        lock (gate)
            if (ReferenceEquals(current, before)) Replace(fresh, first: false);
    }

    /// <summary>Takes a value that is newer than any load under way.</summary>
    public void Set(T value) => Replace(value, first: false);

    private async Task Reload(Func<CancellationToken, Task<T>> load)
    {
        // An embedded store answers at once, and its reader would do all the work of loading.
        await Task.Yield();
        try { await Renew(load); }
        // Whatever was wrong, what is there still serves, and the next look is no sooner than usual.
        catch (Exception) { Volatile.Write(ref lookedAt, time.GetTimestamp()); }
        finally { Volatile.Write(ref loading, 0); }
    }

    private void Replace(T value, bool first)
    {
        lock (gate)
        {
            if (first && loaded) return;
            (current, loaded) = (value, true);
            Volatile.Write(ref lookedAt, time.GetTimestamp());
        }
    }
}
