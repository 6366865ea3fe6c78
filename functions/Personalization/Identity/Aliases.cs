using Personalization.Identity.Graph;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>
/// From an alias to the subject behind it. Someone new is entered under a condition, so of any number who do it at once one
/// is first and the others take over who they find. While a rotation may not be known everywhere, they are entered under
/// the epoch before it first: that is one every process knows. The newest epoch's word holds.
/// </summary>
public sealed class Aliases(IDocuments documents, Salts salts, Links links, TimeProvider time)
{
    /// <summary>Beyond any epoch; they are taken away when their epoch ends.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromDays(200);

    public static readonly Store Store = new(
        "aliases", StoreKind.Documents, "identity", "Recognizes a person by the hash of an identifier, while the hash's salt exists",
        Sensitivity.Pseudonymous, Longest, "the alias", SubjectKey.Indexed);

    internal const string Id = "alias";
    private const int PageSize = 500;

    private readonly Tombstones tombstones = new(documents);
    private readonly AliasRemoval removal = new(documents, time);

    /// <summary>Who is behind an identifier and in which epoch that was found; nobody where they were erased. Nothing is written.</summary>
    public async ValueTask<(Holder Holder, Epoch Epoch)?> Find(Identifier id, CancellationToken stop) =>
        await Entered(id, stop) is { } found && !await tombstones.Stands(found.Holder.Subject, stop) ? found : null;

    /// <summary>Who is behind an identifier, entered now if need be; from then on known under the salt in force.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="sighting">Where it was seen.</param>
    /// <param name="wanted">Who it is to be if it is nobody yet; null for someone new.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<Holder> Meet(Identifier id, Sighting sighting, Subject? wanted, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await TryMeet(id, sighting, wanted, stop) is { } holder)
            {
                // Only here, after it is entered: an erasure that looks before that finds it, and one that looks later is seen.
                if (!await tombstones.Stands(holder.Subject, stop)) return holder;
                await Leave(id, holder.Subject, stop);
                if (wanted == holder.Subject) wanted = null;
            }

            await Backoff.Pause(attempt, Store, time, stop);
        }
    }

    /// <summary>Takes away everything that was made with a salt that is gone.</summary>
    public async ValueTask Forget(EpochRow epoch, CancellationToken stop)
    {
        await Sweep(Store, d => AliasBody.EpochOf(d.Body.Span) == epoch.Number, stop);
        await Sweep(Links.Store, d => d.Id == Epoch.BookOf(epoch.Number), stop);
        await Sweep(IdentityLog.Store, d => d.Id == Epoch.BookOf(epoch.Number), stop);
    }

    // Whoever was erased is left to be erased; the identifier is nobody's again.
    private async ValueTask Leave(Identifier id, Subject erased, CancellationToken stop)
    {
        foreach (var epoch in (await salts.Fresh(stop)).Live(time.GetUtcNow()))
        {
            await removal.Drop(epoch.AliasOf(id), erased, stop);
            await links.Remove(erased, epoch, epoch.AliasOf(id), stop);
        }
    }

    private async ValueTask<(Holder Holder, Epoch Epoch)?> Entered(Identifier id, CancellationToken stop)
    {
        foreach (var epoch in (await salts.Fresh(stop)).Live(time.GetUtcNow()))
            if (await Read(epoch.AliasOf(id), stop) is { } holder) return (holder, epoch);
        return null;
    }

    // Null where an alias that was there vanished meanwhile.
    private async ValueTask<Holder?> TryMeet(Identifier id, Sighting sighting, Subject? wanted, CancellationToken stop)
    {
        var (set, now) = (await salts.Fresh(stop), time.GetUtcNow());
        var found = await Entered(id, stop);
        if (found is { } there && there.Epoch.Number >= set.Current.Number) return there.Holder;
        var into = found is { } old ? [.. set.Live(now).Where(e => e.Number > old.Epoch.Number).Reverse()] : set.Entering(now);
        var holder = found?.Holder ?? Holder.New(wanted ?? Subject.Random());
        var row = new LinkRow("", holder.Link, id.Space.Name, sighting.Source, sighting.SignedIn, now);
        if (found is { } known) row = await links.Find(known.Holder.Subject, known.Epoch, known.Epoch.AliasOf(id), stop) ?? row;
        var entered = new List<Epoch>();
        foreach (var epoch in into)
        {
            if (await Enter(epoch, holder, row with { Alias = epoch.AliasOf(id) }, carried: found is not null || entered.Count > 0, stop) is not { } here) return null;
            if (here != holder) await Repoint(id, entered, here, row, stop);
            holder = here;
            entered.Add(epoch);
        }

        return holder;
    }

    /// <summary>Who has the alias after this; not always who was to have it. The links come first: what is entered can always be found again.</summary>
    private async ValueTask<Holder?> Enter(Epoch epoch, Holder holder, LinkRow row, bool carried, CancellationToken stop)
    {
        if (carried) await links.Carry(holder.Subject, epoch, row, stop);
        else if (!await links.Add(holder.Subject, epoch, row, stop))
        {
            // Nobody has that many; whoever comes by this name is somebody of their own.
            holder = Holder.New(Subject.Random());
            await links.Carry(holder.Subject, epoch, row with { Link = holder.Link }, stop);
        }

        var put = await documents.Put(Store, row.Alias, Id, AliasBody.Write(holder, epoch), Condition.Absent, null, stop);
        if (put.Ok) return holder;
        if (put.Status != Status.Conflict) put.Required(Store);
        var first = await First(row.Alias, epoch, holder, stop);
        if (first?.Subject != holder.Subject) await links.Remove(holder.Subject, epoch, row.Alias, stop);
        return first;
    }

    /// <summary>Whoever was first. What cannot be read would keep everybody out for ever, so it is written anew.</summary>
    private async ValueTask<Holder?> First(string alias, Epoch epoch, Holder holder, CancellationToken stop)
    {
        var found = await documents.Get(Store, alias, Id, stop);
        if (found.Status == Status.NotFound) return null;
        if (AliasBody.Read(found.Required(Store).Body.Span) is { } first) return first;
        return (await documents.Put(Store, alias, Id, AliasBody.Write(holder, epoch), Condition.Matches(found.Value.Etag), null, stop)).Ok ? holder : null;
    }

    // Entered under an older epoch for somebody who, under the newer one, turned out to be another.
    private async ValueTask Repoint(Identifier id, List<Epoch> entered, Holder to, LinkRow row, CancellationToken stop)
    {
        foreach (var epoch in entered)
        {
            var alias = epoch.AliasOf(id);
            var before = await Read(alias, stop);
            await links.Carry(to.Subject, epoch, row with { Alias = alias, Link = to.Link }, stop);
            (await documents.Put(Store, alias, Id, AliasBody.Write(to, epoch), Condition.None, null, stop)).Required(Store);
            if (before is { } other && other.Subject != to.Subject) await links.Remove(other.Subject, epoch, alias, stop);
        }
    }

    private async ValueTask<Holder?> Read(string alias, CancellationToken stop)
    {
        var found = await documents.Get(Store, alias, Id, stop);
        return found.Status == Status.NotFound ? null : AliasBody.Read(found.Required(Store).Body.Span);
    }

    private async ValueTask Sweep(Store store, Func<Document, bool> over, CancellationToken stop)
    {
        string? next = null;
        do
        {
            var page = (await documents.Scan(store, next, PageSize, stop)).Required(store);
            foreach (var deleted in await Task.WhenAll(page.Items.Where(over).Select(d => documents.Delete(store, d.Partition, d.Id, Condition.None, stop).AsTask())))
                if (deleted.Status != Status.NotFound) deleted.Required(store);
            next = page.Next;
        }
        while (next is not null);
    }
}
