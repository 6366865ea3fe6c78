using Personalization.Audit;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>
/// Takes a person out of every store there is. In this order: who are they (<see cref="Person"/>), what is there
/// (<see cref="Left"/>), <see cref="Tombstone"/>, <see cref="Delete"/>, wait as <see cref="Retention"/> says, delete once more
/// what was on its way meanwhile, look again (<see cref="Left"/>, <see cref="StreamIsClear"/>), <see cref="Finish"/> and, when it
/// is proven, <see cref="Release"/>. Every step can be done again from its beginning, whatever a crash left of it.
/// </summary>
public sealed class Eraser
{
    private readonly StoreRegistry stores;
    private readonly GraphRules rules;
    private readonly ErasingStores state;
    private readonly Action<Subject> forget;
    private readonly List<Store> last;
    private readonly Dictionary<Store, string> ways;
    private readonly TimeProvider time;
    private readonly Tombstones tombstones;
    private readonly IdentityLog identity;
    private readonly EntryWalk entries;
    private readonly AliasWalk aliases;
    private readonly BookWalk books;
    private readonly NameWalk names;
    private readonly Dictionary<Store, SharedPass<string, long>> streams;

    /// <param name="stores">All of them are walked.</param>
    /// <param name="state">What opens them.</param>
    /// <param name="rules">By which people are folded from their events.</param>
    /// <param name="last">Stores on which the work itself rests, beside the holds and the audit keys: they go with the last step.</param>
    /// <param name="forget">Takes somebody out of the memory of this process.</param>
    /// <param name="time">For waits between attempts.</param>
    /// <exception cref="NotSupportedException">There is a store from which nobody could be erased.</exception>
    public Eraser(StoreRegistry stores, ErasingStores state, GraphRules rules, IReadOnlyList<Store> last, Action<Subject> forget, TimeProvider time)
    {
        (this.stores, this.rules, this.state, this.forget, this.time) = (stores, rules, state, forget, time);
        this.last = [.. last, AuditKeys.Store, Holds.Store];
        ways = stores.All.ToDictionary(s => s, s => Ways.Of(s, this.last.Contains(s), state.Embedded is not null));
        (tombstones, identity) = (new(state.Documents), new(state.Documents, time));
        (entries, aliases, books, names) = (new(state), new(state, time), new(state, time), new(state, time));
        // Every file of a stream is read to count its records.
        streams = state.Embedded is not { } embedded ? [] : stores.All.Where(s => s.Kind == StoreKind.Stream)
            .ToDictionary(s => s, s => new SharedPass<string, long>(keys => Task.FromResult(embedded.Stream.Count(s, keys))));
        Retention = StreamRetention.Of(stores);
    }

    /// <summary>How long the work has to wait before its last look.</summary>
    public StreamRetention Retention { get; }

    /// <summary>Everybody these are one person with, themselves among them; in order.</summary>
    public async ValueTask<IReadOnlyList<Subject>> Person(IReadOnlyList<Subject> named, CancellationToken stop)
    {
        var graph = IdentityGraph.Of((await identity.Around(named, stop)).Select(b => b.Event), rules);
        return [.. named.SelectMany(s => graph.ClusterOf(s).Members).Distinct().OrderBy(s => s.Key)];
    }

    /// <summary>From here on nothing is served or kept of this subject, and whoever comes by their name is somebody new.</summary>
    public async ValueTask Tombstone(Subject subject, CancellationToken stop)
    {
        await tombstones.Raise(subject, Retention.Tombstone, time.GetUtcNow(), stop);
        forget(subject);
    }

    /// <summary>The names of merges and cases that lead to this subject, as long as they are not deleted.</summary>
    public ValueTask<IReadOnlyList<string>> Merges(Subject subject, CancellationToken stop) => names.Find(subject, stop);

    /// <summary>Deletes what can be deleted; one row for each store there is, also for those with nothing.</summary>
    public async ValueTask<IReadOnlyList<StoreCount>> Delete(Subject subject, CancellationToken stop)
    {
        forget(subject);
        // Before anything goes: where two stores are cleaned at once, each is to say what was its own.
        var (found, deleted) = (new Dictionary<Store, long>(), new Dictionary<Store, long>());
        foreach (var store in stores.All) found[store] = last.Contains(store) ? 0 : await Count(store, subject, stop);
        foreach (var store in stores.All.OrderBy(Turn)) deleted[store] = last.Contains(store) ? 0 : await Delete(store, subject, found[store], stop);
        // Streams, and with them what the disk still has of all that was deleted before.
        if (state.Embedded is { } embedded) (await embedded.Erase(subject.ToString(), Stays, stop)).Required(Profile.Store);
        return [.. stores.All.Select(s => Row(s, Math.Max(found[s], deleted[s]), deleted[s]))];
    }

    /// <summary>What is there of the subject, or there still; what is to stay up to the last step is not counted.</summary>
    public async ValueTask<IReadOnlyList<StoreCount>> Left(Subject subject, CancellationToken stop)
    {
        var counts = new List<StoreCount>();
        foreach (var store in stores.All) counts.Add(Row(store, last.Contains(store) ? 0 : await Count(store, subject, stop), 0));
        return counts;
    }

    /// <summary>What there is that goes only with the last step.</summary>
    public async ValueTask<IReadOnlyList<StoreCount>> Kept(Subject subject, CancellationToken stop)
    {
        var counts = new List<StoreCount>();
        foreach (var store in last.Where(stores.All.Contains)) counts.Add(Row(store, await entries.Count(store, subject, stop), 0));
        return counts;
    }

    /// <summary>Whether no record of the subject can be read back. Where a host owns the stream only time tells, and that is waited for.</summary>
    public async ValueTask<bool> StreamIsClear(Subject subject, CancellationToken stop)
    {
        foreach (var hub in streams.Keys)
            if (await InStream(hub, subject, stop) > 0) return false;
        return true;
    }

    /// <summary>
    /// Destroys the key of what the audit log says of the subject and what else was kept to the end, but for the hold. The
    /// tombstone goes by itself.
    /// </summary>
    /// <returns>What went with this step, as rows like those of <see cref="Delete"/>.</returns>
    public async ValueTask<IReadOnlyList<StoreCount>> Finish(Subject subject, CancellationToken stop)
    {
        var counts = new List<StoreCount>();
        foreach (var store in last.Where(s => s != Holds.Store && stores.All.Contains(s)))
        {
            var deleted = await entries.Delete(store, subject, stop);
            counts.Add(Row(store, deleted, deleted));
        }

        await Compact(stop);
        forget(subject);
        return counts;
    }

    /// <summary>Lets go of those who are held in this name: the very last thing, because others who want them begin then.</summary>
    /// <returns>What went, as a row like those of <see cref="Delete"/>.</returns>
    public async ValueTask<StoreCount> Release(IEnumerable<Subject> subjects, string owner, CancellationToken stop)
    {
        var (held, gone) = (0L, 0L);
        foreach (var subject in subjects)
        {
            var before = await entries.Count(Holds.Store, subject, stop);
            await new Holds(state.Documents).Release([subject], owner, stop);
            (held, gone) = (held + before, gone + before - await entries.Count(Holds.Store, subject, stop));
        }

        return Row(Holds.Store, held, gone);
    }

    /// <summary>Returns when nothing that was deleted or replaced before is on a disk of ours.</summary>
    public async ValueTask Compact(CancellationToken stop)
    {
        if (state.Embedded is { } embedded) (await embedded.Compact(stop)).Required(AuditKeys.Store);
    }

    /// <summary>Aliases and names first, to which links and books lead; then books, which say where others are.</summary>
    private static int Turn(Store store) => store == Aliases.Store || store == IdentityLog.Names ? 0 : BookWalk.Has(store) ? 1 : 2;

    private bool Stays(Store store, string id) => last.Contains(store) || (store == Profile.Store && id == Profile.Id);

    private async ValueTask<long> Delete(Store store, Subject subject, long found, CancellationToken stop) => store switch
    {
        { Subject: SubjectKey.None or SubjectKey.Sealed } => 0,
        { Kind: StoreKind.Stream } => state.Embedded is null ? 0 : found,
        _ when store == IdentityLog.Names => await names.Delete(subject, stop),
        { Subject: SubjectKey.Indexed } => await aliases.Delete(subject, stop),
        _ when BookWalk.Has(store) => await books.Delete(store, subject, found, stop),
        _ when store == Profile.Store => await Profiles(subject, found, stop),
        // Strays went with the aliases they name.
        _ when store == Links.Store => Math.Max(found, await entries.Delete(store, subject, stop)),
        _ => await entries.Delete(store, subject, stop),
    };

    // Where a profile stands there was no tombstone, or it came back after that was over.
    private async ValueTask<long> Profiles(Subject subject, long found, CancellationToken stop)
    {
        if (found > 0) await tombstones.Raise(subject, Retention.Tombstone, time.GetUtcNow(), stop);
        var replaced = await tombstones.Count(subject, Retention.Tombstone, time.GetUtcNow(), stop) ? 1 : 0;
        return replaced + await entries.Delete(Profile.Store, subject, stop);
    }

    private async ValueTask<long> Count(Store store, Subject subject, CancellationToken stop) => store switch
    {
        { Subject: SubjectKey.None or SubjectKey.Sealed } => 0,
        { Kind: StoreKind.Stream } => await InStream(store, subject, stop),
        _ when store == IdentityLog.Names => await names.Count(subject, stop),
        { Subject: SubjectKey.Indexed } => store == Aliases.Store ? await aliases.Count(subject, stop) : 0,
        _ when BookWalk.Has(store) => await books.Count(store, subject, stop),
        _ when store == Links.Store => await entries.Count(store, subject, stop) + await aliases.Strays(subject, stop),
        _ => await entries.Count(store, subject, stop),
    };

    private async ValueTask<long> InStream(Store hub, Subject subject, CancellationToken stop) => streams.TryGetValue(hub, out var pass) ? await pass.Ask(subject.ToString(), stop) : 0;

    private StoreCount Row(Store store, long found, long deleted) => new(store.Name, store.Kind.ToString().ToLowerInvariant(), ways[store], found, deleted);
}
