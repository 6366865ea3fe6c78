using System.Diagnostics.Metrics;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>
/// Turns delivered events into features: one read and one conditional write per subject and delivery, then the
/// popularity of the items. Delivering again, in whole or in part, changes nothing. A record that cannot be used is put
/// aside as a dead letter; a store that cannot be reached fails the delivery, which then comes again.
/// </summary>
public sealed class Featurizer(IDocuments documents, Catalogue catalogue, PopularityCount popularity, DeadLetters deadLetters, Meter meter)
{
    private readonly Counter<long> applied = meter.CreateCounter<long>("personalization.events.applied", description: "Events whose effect is in the features");
    private long total;

    /// <summary>Events whose effect is in the features, since the process started.</summary>
    public long Applied => Interlocked.Read(ref total);

    /// <summary>Whether the last delivery could be applied.</summary>
    public bool Works { get; private set; } = true;

    public async ValueTask Apply(Delivery delivery, CancellationToken stop)
    {
        try
        {
            await ApplyAll(delivery, stop);
            Works = true;
        }
        catch
        {
            Works = false;
            throw;
        }
    }

    private async ValueTask ApplyAll(Delivery delivery, CancellationToken stop)
    {
        var read = delivery.Records.Select(r => (Record: r, Event: StreamedEvent.Read(r.Body))).ToList();
        foreach (var (record, _) in read.Where(r => r.Event is null)) await deadLetters.Put(delivery, record, "unreadable", stop);
        var events = read.Where(r => r.Event is not null).Select(r => (r.Record.Sequence, Event: r.Event!)).ToList();
        var snapshot = await catalogue.Loaded(stop);
        foreach (var person in events.GroupBy(e => e.Event.Subject, StringComparer.Ordinal))
        {
            if (await ApplyTo(person.Key, delivery.Partition, [.. person], snapshot, stop)) continue;
            // Writing over a profile nobody can read might undo what it says; its events must not hold up the others either.
            foreach (var (record, _) in read.Where(r => r.Event?.Subject == person.Key)) await deadLetters.Put(delivery, record, "profile-unreadable", stop);
        }

        await popularity.Add(delivery.Partition, events, snapshot, stop);
        applied.Add(events.Count);
        Interlocked.Add(ref total, events.Count);
    }

    private async ValueTask<bool> ApplyTo(
        string subject, string partition, IReadOnlyList<(long Sequence, StreamedEvent Event)> run, CatalogueSnapshot snapshot, CancellationToken stop)
    {
        while (true)
        {
            var found = await documents.Get(Profile.Store, subject, Profile.Id, stop);
            var old = found.Status == Status.NotFound ? new Profile() : Stored.Read(found.Required(Profile.Store).Body, Stored.Default.Profile);
            if (old is null) return false;
            var profile = ProfileFold.Apply(old, partition, run, snapshot);
            var when = found.Ok ? Condition.Matches(found.Value.Etag) : Condition.Absent;
            var written = await documents.Put(Profile.Store, subject, Profile.Id, JsonSerializer.SerializeToUtf8Bytes(profile, Stored.Default.Profile), when, null, stop);
            if (written.Status == Status.Conflict) continue; // someone else wrote this person's profile; fold again on top
            written.Required(Profile.Store);
            return true;
        }
    }
}
