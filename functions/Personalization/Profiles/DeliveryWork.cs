using System.Runtime.InteropServices;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Profiles;

/// <summary>
/// The work on one delivery that needs no store: decode, group by person, fold. Everything in it is used again for the next
/// delivery, so that folding a profile allocates nothing once it is warm.
/// </summary>
internal sealed class DeliveryWork
{
    private const int ArenaBytes = 256 * 1024;

    private readonly KeyPool keys = new();
    private readonly FeatureInput input = new();
    private readonly Profile profile = new();
    private readonly VaultFeatures vault = new();
    private readonly List<Person> pool = [];
    private readonly List<(StreamedEvent Event, int Record, int Next)> events = [];
    private readonly Dictionary<UInt128, int> places = [];
    private byte[] arena = new byte[ArenaBytes];
    private int arenaUsed;
    private Delivery delivery = null!;
    private uint partition;

    /// <summary>Records that are no event.</summary>
    public List<int> Unreadable { get; } = [];

    public List<Person> People { get; } = [];

    public Tally Tally { get; } = new();

    public int Events => events.Count;

    public uint Partition => partition;

    public void Decode(Delivery next)
    {
        (delivery, partition) = (next, Arrival.PartitionOf(next.Partition));
        keys.Reset();
        events.Clear();
        places.Clear();
        People.Clear();
        Unreadable.Clear();
        for (var i = 0; i < next.Records.Count; i++)
        {
            if (StreamedEvent.TryRead(next.Records[i].Body.Span, keys, out var e)) Add(e, i);
            else Unreadable.Add(i);
        }
    }

    /// <summary>Before people are folded for the first time, or once more.</summary>
    public void Reuse() => arenaUsed = 0;

    /// <summary>How many events were of people who are erased by now.</summary>
    public int Dropped() => People.Where(p => p.Erased).Sum(p => RecordsOf(p).Count());

    /// <summary>The records of someone's events.</summary>
    public IEnumerable<DeliveredRecord> RecordsOf(Person person)
    {
        for (var i = person.First; i >= 0; i = events[i].Next) yield return delivery.Records[events[i].Record];
    }

    /// <summary>How far the delivery is counted once its tally is.</summary>
    public TallyMark Counted(TallyMark from)
    {
        var to = from;
        foreach (var (_, record, _) in events)
            if (ArrivalOf(record) is var a && Counts(a, from)) to = to.With(a);
        return to;
    }

    /// <summary>Decides what becomes of a person's documents; with a mark, what is new since then is counted as well.</summary>
    public void Fold(Person person, CatalogueSnapshot catalogue, TallyMark? countFrom)
    {
        if (person.Erased)
        {
            // A delivery that was under way may have brought it back.
            person.DeletesVault = person.Vault.Ok;
            return;
        }

        if (!Open(person)) return;
        var allowed = Purposes.All & ~profile.Consent.Vote.Denied;
        profile.Keep(allowed);
        var effects = Effect.None;
        var usesVault = person.UsesVault && allowed.Cover(VaultFeatures.Needs);
        if (usesVault) vault.Keep(allowed);
        for (var i = person.First; i >= 0; i = events[i].Next)
        {
            ref readonly var e = ref CollectionsMarshal.AsSpan(events)[i];
            var arrival = ArrivalOf(e.Record);
            // Refused since it was taken: then it counts without its place, also in the statistics.
            input.Take(allowed.HasFlag(Purposes.Location) ? e.Event : e.Event with { Region = Region.Unknown }, catalogue);
            var tally = countFrom is { } mark && Counts(arrival, mark) ? Tally : null;
            effects |= ProfileFold.Apply(profile, usesVault ? vault : null, tally, input, catalogue, arrival);
        }

        if (effects != Effect.None) person.NewProfile = Write(profile);
        // Also when nothing came in: what was refused since may have been brought back by a delivery that was under way.
        var cleans = usesVault && person.Vault.Ok && !allowed.Cover(VaultFeatures.AllNeeds);
        if (cleans || (effects & Effect.Vault) != Effect.None) person.NewVault = Write(vault);
        // A withdrawal took it away, and a delivery that was under way may have brought it back.
        person.DeletesVault = !usesVault && person.Vault.Ok;
    }

    private bool Open(Person person)
    {
        if (!person.Profile.Ok) profile.Begin(person.Remembered);
        else if (!profile.Read(person.Profile.Value.Body.Span)) person.Unreadable = "profile-unreadable";
        if (!person.Vault.Ok) vault.Begin(ConsentState.None);
        else if (!vault.Read(person.Vault.Value.Body.Span)) person.Unreadable ??= "vault-unreadable";
        return person.Unreadable is null;
    }

    private void Add(in StreamedEvent e, int record)
    {
        var place = events.Count;
        events.Add((e, record, -1));
        ref var at = ref CollectionsMarshal.GetValueRefOrAddDefault(places, e.Subject.Key, out var known);
        if (!known)
        {
            at = People.Count;
            if (pool.Count == at) pool.Add(new());
            pool[at].Begin(e.Subject, place);
            People.Add(pool[at]);
        }
        else
        {
            CollectionsMarshal.AsSpan(events)[People[at].Last].Next = place;
            People[at].Last = place;
        }

        People[at].UsesVault |= VaultFeatures.MayTake(e);
    }

    private Arrival ArrivalOf(int record)
    {
        var r = delivery.Records[record];
        return new(partition, r.Sequence, r.Enqueued.ToUnixTimeMilliseconds(), delivery.Replay, delivery.Letter);
    }

    // What is replayed was counted when it was live, and what comes out of the dead letters has lost its place.
    private static bool Counts(in Arrival a, in TallyMark from) => !a.Replay && !a.HasNoPlace && from.IsBefore(a);

    private ReadOnlyMemory<byte> Write(FeatureDocument document)
    {
        // What was written stays where it is until the stores have taken it.
        if (arena.Length - arenaUsed < document.MaxBytes) (arena, arenaUsed) = (new byte[arena.Length * 2], 0);
        var length = document.Write(arena.AsSpan(arenaUsed));
        var written = arena.AsMemory(arenaUsed, length);
        arenaUsed += length;
        return written;
    }
}
