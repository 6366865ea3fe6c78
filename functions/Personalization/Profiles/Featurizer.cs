using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Identity;
using Personalization.Popularity;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Profiles;

/// <summary>
/// Turns delivered events into features: what it adds to the statistics first, then the vault, then the profile, whose marks
/// say what is done. A crash anywhere is cured by delivering again, which in whole or in part changes nothing. All documents
/// of a step are written at once, so that one sync serves them. A record that cannot be used is put aside as a dead letter;
/// a store that cannot be reached fails the delivery, which then comes again.
/// </summary>
public sealed class Featurizer(
    IDocuments documents, Catalogue catalogue, DeadLetters deadLetters,
    Func<Subject, CancellationToken, ValueTask<ConsentState>> remembered, TimeProvider time, Meter meter)
{
    private readonly Counter<long> applied = meter.CreateCounter<long>("personalization.events.applied", description: "Events whose effect is in the features");
    private readonly Counter<long> dropped = meter.CreateCounter<long>("personalization.events.dropped", description: "Events in the stream that no effect is wanted of, by why");
    private readonly TallyBook tallies = new(documents, time);
    private readonly ConcurrentBag<DeliveryWork> idle = [];
    private long total;

    /// <summary>Events whose effect is in the features, since the process started.</summary>
    public long Applied => Interlocked.Read(ref total);

    /// <summary>Whether the last delivery could be applied.</summary>
    public bool Works { get; private set; } = true;

    public async ValueTask Apply(Delivery delivery, CancellationToken stop)
    {
        if (!idle.TryTake(out var work)) work = new();
        try
        {
            work.Decode(delivery);
            await ApplyAll(delivery, work, stop);
            Works = true;
        }
        catch
        {
            Works = false;
            throw;
        }

        // Not after a failure: some of its writes may still be under way.
        idle.Add(work);
    }

    private async ValueTask ApplyAll(Delivery delivery, DeliveryWork work, CancellationToken stop)
    {
        var snapshot = await catalogue.Loaded(stop);
        await AtOnce(work.Unreadable, i => deadLetters.Put(delivery, delivery.Records[i], "unreadable", stop));
        List<Person> left = work.People;
        var counted = false;
        for (var attempt = 1; left.Count > 0; attempt++)
        {
            await AtOnce(left, p => Read(p, stop));
            OpenMark? mark = counted ? null : await tallies.Open(work.Partition, stop);
            Fold(work, left, snapshot, mark?.Mark);
            // Before the vault, which pairs are counted from: counted again after a crash they must be the same.
            counted = mark is not { } from || work.Tally.IsEmpty || await tallies.Commit(work.Partition, from, work.Counted(from.Mark), work.Tally, stop);
            if (counted)
            {
                await AtOnce(left, p => WriteVault(p, stop));
                await WriteProfiles(left);
                await AtOnce(left, p => PutAside(delivery, work, p, stop));
                left = left.FindAll(p => p.Again);
            }

            if (left.Count > 0) await Backoff.Pause(attempt, Profile.Store, time, stop);
        }

        var erased = work.Dropped();
        if (erased > 0) dropped.Add(erased, new KeyValuePair<string, object?>("reason", "erased"));
        applied.Add(work.Events - erased);
        Interlocked.Add(ref total, work.Events - erased);
    }

    private static void Fold(DeliveryWork work, List<Person> people, CatalogueSnapshot snapshot, TallyMark? countFrom)
    {
        work.Reuse();
        if (countFrom is not null) work.Tally.Clear();
        foreach (var person in people) work.Fold(person, snapshot, countFrom);
    }

    private async ValueTask Read(Person p, CancellationToken stop)
    {
        p.Reset();
        p.Profile = await documents.Get(Profile.Store, p.Key, Profile.Id, stop);
        if (p.Profile.Status == Status.NotFound) p.Remembered = await remembered(p.Subject, stop);
        else p.Profile.Required(Profile.Store);
        if (!p.UsesVault) return;
        p.Vault = await documents.Get(VaultFeatures.Store, p.Key, VaultFeatures.Id, stop);
        if (p.Vault.Status != Status.NotFound) p.Vault.Required(VaultFeatures.Store);
    }

    private async ValueTask WriteVault(Person p, CancellationToken stop)
    {
        if (p.DeletesVault)
        {
            var deleted = await documents.Delete(VaultFeatures.Store, p.Key, VaultFeatures.Id, Condition.Matches(p.Vault.Value.Etag), stop);
            p.Again = deleted.Status == Status.Conflict;
            if (deleted.Status is not (Status.Conflict or Status.NotFound)) deleted.Required(VaultFeatures.Store);
        }
        else if (!p.NewVault.IsEmpty) p.Again = !Wrote(VaultFeatures.Store, await documents.Put(VaultFeatures.Store, p.Key, VaultFeatures.Id, p.NewVault, When(p.Vault), null, stop));
    }

    /// <summary>
    /// Starts all writes, then hears of them one after the other: the same sync answers most, and one waiting caller costs less
    /// than a thousand.
    /// </summary>
    private async ValueTask WriteProfiles(List<Person> people)
    {
        foreach (var p in people)
        {
            // Not given up by a token: it is done in a moment or at its deadline, and its bytes are in use until then.
            p.Writing = p.Again || p.NewProfile.IsEmpty
                ? null
                : documents.Put(Profile.Store, p.Key, Profile.Id, p.NewProfile, When(p.Profile), null, CancellationToken.None).AsTask();
        }

        foreach (var p in people)
            if (p.Writing is { } writing) p.Again = !Wrote(Profile.Store, await writing);
    }

    private static Condition When(Outcome<Document> read) => read.Ok ? Condition.Matches(read.Value.Etag) : Condition.Absent;

    /// <summary>False when someone else wrote since it was read.</summary>
    private static bool Wrote(Store store, Outcome<Etag> written)
    {
        if (written.Status == Status.Conflict) return false;
        written.Required(store);
        return true;
    }

    // Writing over a profile nobody can read might undo what it says; its events must not hold up the others either.
    private async ValueTask PutAside(Delivery delivery, DeliveryWork work, Person p, CancellationToken stop)
    {
        if (p.Unreadable is null) return;
        foreach (var record in work.RecordsOf(p)) await deadLetters.Put(delivery, record, p.Unreadable, stop);
    }

    /// <summary>Starts all, then waits for those that did not answer at once.</summary>
    private static async ValueTask AtOnce<T>(List<T> all, Func<T, ValueTask> act)
    {
        List<Task>? waiting = null;
        foreach (var one in all)
        {
            var acting = act(one);
            if (!acting.IsCompletedSuccessfully) (waiting ??= []).Add(acting.AsTask());
        }

        if (waiting is not null) await Task.WhenAll(waiting);
    }
}
