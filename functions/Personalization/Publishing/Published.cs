using System.Diagnostics.Metrics;
using Personalization.Storage;

namespace Personalization.Publishing;

/// <summary>
/// An artefact as this process has it in force. Readers take an immutable snapshot and never lock; what others publish
/// arrives with the next look, at most <see cref="LookAfter"/> after the last. A version that cannot be read or compiled
/// never takes the place of one that works.
/// </summary>
public sealed class Published<T>(IDocuments documents, Artefact<T> artefact, TimeProvider time, Meter meter) where T : class
{
    /// <summary>Age at which a reader starts another look.</summary>
    public static readonly TimeSpan LookAfter = TimeSpan.FromSeconds(2);

    /// <summary>Age from which <see cref="Fresh"/> waits for it: a process nobody has called for long knows no more than this.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromSeconds(4);

    /// <summary>How long it waits: a decision has to be made.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Counter<long> broken = meter.CreateCounter<long>("personalization.policies.broken", description: "Looks at what is published that found something broken");
    private readonly Versions versions = new(documents, artefact.Name, time);
    private readonly Refreshed<InForce> inForce = new(new(0, artefact.None, false), time, LookAfter);
    private readonly Lock gate = new();
    private Func<CancellationToken, Task<InForce>>? looking;
    private (Task Done, long Began)? looked;

    // Kept, because a method given as a value is an allocation, here for every request.
    private Func<CancellationToken, Task<InForce>> Looking => looking ??= Look;

    /// <summary>What is in force, as far as is known without waiting.</summary>
    public T Now => inForce.Read(Looking).Value;

    /// <summary>The number of the version <see cref="Now"/> is; 0 where none was published.</summary>
    public int Version => inForce.Current.Version;

    /// <summary>Whether something else than this should be in force, but is broken.</summary>
    public bool IsBroken => inForce.Current.Broken;

    /// <summary>What is in force, read from the store if it never was; fails where that cannot be.</summary>
    public async ValueTask<T> Loaded(CancellationToken stop) => (await inForce.Loaded(Looking, stop)).Value;

    /// <summary>What is in force, looked for again where the last look is long ago. Where the store does not answer in time, what was.</summary>
    public ValueTask<T> Fresh(CancellationToken stop)
    {
        if (!inForce.IsOlder(Oldest)) return new(Now);
        var (done, began) = OneLook();
        // Whoever comes while a look is failing, or taking long, does not wait for it once more.
        return done.IsCompleted || time.GetElapsedTime(began) >= Patience ? new(inForce.Current.Value) : Awaited(done, stop);
    }

    /// <summary>One look for all who want one, and the next no sooner than readers look: a store in trouble is not asked by every request.</summary>
    private (Task Done, long Began) OneLook()
    {
        lock (gate)
        {
            if (looked is { } last && time.GetElapsedTime(last.Began) < LookAfter && !last.Done.IsCompletedSuccessfully) return last;
            var began = time.GetTimestamp();
            looked = (inForce.Renew(Looking), began);
            return looked.Value;
        }
    }

    /// <summary>Writes the next version and puts it in force. The body must be one that compiles.</summary>
    /// <returns>The version's number; none where the body is too large to be stored.</returns>
    public async ValueTask<int?> Publish(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        if (artefact.Compiled(0, body) is null) throw new ArgumentException("What does not compile is not published.", nameof(body));
        if (body.Length > Document.MaxBytes) return null;
        var version = await versions.Add(body, stop);
        await versions.Move(p => p.Published(version, time.GetUtcNow()), stop);
        await LookNow(stop);
        return version;
    }

    /// <summary>
    /// Puts in force what becomes of the version in force; of several who do so at once, also in other processes, none undoes
    /// what another did. Null where the change refuses.
    /// </summary>
    /// <param name="change">The next body for what is in force; null to leave it. May be asked several times.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<T?> Change(Func<T, ReadOnlyMemory<byte>?> change, CancellationToken stop)
    {
        while (true)
        {
            var pointer = await Versions(stop);
            var known = pointer.Version == 0 ? artefact.None : (await Compiled(pointer.Version, stop))?.Value ?? (await LastThatWorks(pointer, stop)).Value;
            if (change(known) is not { } body) return null;
            var next = pointer.Newest + 1;
            var added = await versions.TryAdd(next, body, stop);
            // Whoever was faster may have gone away before the pointer was moved; then it is moved for them.
            await versions.Move(p => p.Published(next, time.GetUtcNow()), stop);
            if (!added) continue;
            await LookNow(stop);
            return artefact.Compiled(next, body) ?? throw new ArgumentException("What does not compile is not published.", nameof(change));
        }
    }

    /// <summary>Puts another version in force.</summary>
    public async ValueTask<Pointing> Point(int version, CancellationToken stop)
    {
        if (await versions.Read(version, stop) is not { } body) return Pointing.NoSuchVersion;
        if (artefact.Compiled(version, body) is null) return Pointing.Broken;
        await versions.Move(p => p.PointedTo(version, time.GetUtcNow()), stop);
        await LookNow(stop);
        return Pointing.Done;
    }

    /// <summary>A version's body as it was published; null where there is none.</summary>
    public ValueTask<ReadOnlyMemory<byte>?> Read(int version, CancellationToken stop) => versions.Read(version, stop);

    /// <summary>Where the pointer stands now and stood before.</summary>
    public async ValueTask<Pointer> Versions(CancellationToken stop) => await versions.Pointer(stop) ?? Pointer.None;

    private async ValueTask<T> Awaited(Task look, CancellationToken stop)
    {
        try { await look.WaitAsync(Patience, time, stop); }
        // Whatever was wrong, what is in force still serves.
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested) { }
        return inForce.Current.Value;
    }

    // What was moved is moved; this process will see it at its next look as the others do.
    private async ValueTask LookNow(CancellationToken stop)
    {
        try { inForce.Set(await Look(stop)); }
        catch (StoreUnavailableException) { }
    }

    private async Task<InForce> Look(CancellationToken stop)
    {
        var known = inForce.Current;
        var pointer = await versions.Pointer(stop);
        // A pointer is never deleted, so one that is gone is as damaged as one that cannot be read.
        if (pointer is null || (pointer.Version == 0 && known.Version != 0)) return Broken(known);
        if (pointer.Version == known.Version) return known.Broken ? known with { Broken = false } : known;
        return await Compiled(pointer.Version, stop) ?? Broken(known.Version != 0 ? known : await LastThatWorks(pointer, stop));
    }

    private InForce Broken(InForce known)
    {
        broken.Add(1, new KeyValuePair<string, object?>("artefact", artefact.Name));
        return known.Broken ? known : known with { Broken = true };
    }

    /// <summary>For a process that starts: of what was in force before, the last that still works.</summary>
    private async ValueTask<InForce> LastThatWorks(Pointer pointer, CancellationToken stop)
    {
        foreach (var version in pointer.Moves.Select(m => m.Version).Where(v => v != pointer.Version).Distinct())
            if (await Compiled(version, stop) is { } works) return works;
        return inForce.Current;
    }

    private async ValueTask<InForce?> Compiled(int version, CancellationToken stop) =>
        await versions.Read(version, stop) is { } body && artefact.Compiled(version, body) is { } compiled ? new(version, compiled, false) : null;

    private sealed record InForce(int Version, T Value, bool Broken);
}

/// <summary>What became of putting another version in force.</summary>
public enum Pointing : byte { Done, NoSuchVersion, Broken }
