using System.Diagnostics.Metrics;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>
/// Turns delivered events into features: one read and one conditional write per subject and delivery, then the
/// popularity of the items. Delivering again, in whole or in part, changes nothing. A record that cannot be read is
/// put aside as a dead letter; a store that cannot be reached fails the delivery, which then comes again.
/// </summary>
public sealed class Featurizer(IDocuments documents, Catalogue catalogue, PopularityCount popularity, DeadLetters deadLetters, Meter meter)
{
    private readonly Counter<long> applied = meter.CreateCounter<long>("personalization.events.applied", description: "Events whose effect is in the features");
    private long total;

    /// <summary>Events whose effect is in the features, since the process started.</summary>
    public long Applied => Interlocked.Read(ref total);

    public async ValueTask Apply(Delivery delivery, CancellationToken stop)
    {
        var events = await Read(delivery, stop);
        var snapshot = catalogue.Now;
        foreach (var person in events.GroupBy(e => e.Event.Subject, StringComparer.Ordinal))
            await ApplyTo(person.Key, delivery.Partition, [.. person], snapshot, stop);
        await popularity.Add(delivery.Partition, events, stop);
        applied.Add(events.Count);
        Interlocked.Add(ref total, events.Count);
    }

    private async ValueTask<List<(long Sequence, StreamedEvent Event)>> Read(Delivery delivery, CancellationToken stop)
    {
        var events = new List<(long, StreamedEvent)>(delivery.Records.Count);
        foreach (var record in delivery.Records)
        {
            if (StreamedEvent.Read(record.Body.Span) is { } e) events.Add((record.Sequence, e));
            else await deadLetters.Put(delivery, record, "unreadable", stop);
        }

        return events;
    }

    private async ValueTask ApplyTo(
        string subject, string partition, IReadOnlyList<(long Sequence, StreamedEvent Event)> run, CatalogueSnapshot snapshot, CancellationToken stop)
    {
        while (true)
        {
            var found = await documents.Get(Profile.Store, subject, Profile.Id, stop);
            var old = found.Status == Status.NotFound ? new Profile() : Parse(found.Required(Profile.Store));
            var profile = ProfileFold.Apply(old, partition, run, snapshot);
            var when = found.Ok ? Condition.Matches(found.Value.Etag) : Condition.Absent;
            var written = await documents.Put(Profile.Store, subject, Profile.Id, JsonSerializer.SerializeToUtf8Bytes(profile, Stored.Default.Profile), when, null, stop);
            if (written.Status == Status.Conflict) continue; // someone else wrote this person's profile; fold again on top
            written.Required(Profile.Store);
            return;
        }
    }

    private static Profile Parse(Document document) => JsonSerializer.Deserialize(document.Body.Span, Stored.Default.Profile)!;
}
