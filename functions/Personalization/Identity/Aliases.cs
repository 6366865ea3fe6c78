using System.Buffers.Binary;
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

    private const string Id = "alias";
    private const int SubjectBytes = 16;
    private const int BodyBytes = SubjectBytes + sizeof(int);
    private const int PageSize = 500;

    /// <summary>Who is behind an identifier and in which epoch that was found; nothing is written.</summary>
    public async ValueTask<(Subject Subject, Epoch Epoch)?> Find(Identifier id, CancellationToken stop)
    {
        foreach (var epoch in salts.Now.Live(time.GetUtcNow()))
            if (await Read(epoch.AliasOf(id), stop) is { } subject) return (subject, epoch);
        return null;
    }

    /// <summary>Who is behind an identifier, entered now if need be; from then on known under the salt in force.</summary>
    /// <param name="id">The identifier.</param>
    /// <param name="source">The keyed hash of the event it was seen in; 0 without one.</param>
    /// <param name="wanted">Who it is to be if it is nobody yet; null for someone new.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<Subject> Meet(Identifier id, ulong source, Subject? wanted, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await TryMeet(id, source, wanted, stop) is { } subject) return subject;
            await Backoff.Pause(attempt, Store, time, stop);
        }
    }

    /// <summary>Takes away everything that was made with a salt that is gone.</summary>
    public async ValueTask Forget(EpochRow epoch, CancellationToken stop)
    {
        await Sweep(Store, d => d.Body.Length >= BodyBytes && BinaryPrimitives.ReadInt32BigEndian(d.Body.Span[SubjectBytes..]) == epoch.Number, stop);
        await Sweep(Links.Store, d => d.Id == Epoch.BookOf(epoch.Number), stop);
    }

    // Null where an alias that was there vanished meanwhile.
    private async ValueTask<Subject?> TryMeet(Identifier id, ulong source, Subject? wanted, CancellationToken stop)
    {
        var (set, now) = (salts.Now, time.GetUtcNow());
        var found = await Find(id, stop);
        if (found is { } there && there.Epoch.Number >= set.Current.Number) return there.Subject;
        var into = found is { } old ? [.. set.Live(now).Where(e => e.Number > old.Epoch.Number).Reverse()] : set.Entering(now);
        var subject = found?.Subject ?? wanted ?? Subject.Random();
        var entered = new List<Epoch>();
        foreach (var epoch in into)
        {
            if (await Enter(id, epoch, subject, source, now, stop) is not { } here) return null;
            if (here != subject) await Repoint(id, entered, here, source, now, stop);
            subject = here;
            entered.Add(epoch);
        }

        return subject;
    }

    /// <summary>Who has the alias after this; not always who was to have it. The links come first: what is entered can always be found again.</summary>
    private async ValueTask<Subject?> Enter(Identifier id, Epoch epoch, Subject subject, ulong source, DateTimeOffset now, CancellationToken stop)
    {
        var alias = epoch.AliasOf(id);
        var row = Row(id, alias, source, now);
        // Nobody has that many; whoever comes by this name is somebody of their own.
        if (!await links.Add(subject, epoch, row, stop)) await links.Add(subject = Subject.Random(), epoch, row, stop);
        var put = await documents.Put(Store, alias, Id, Body(subject, epoch), Condition.Absent, null, stop);
        if (put.Ok) return subject;
        if (put.Status != Status.Conflict) put.Required(Store);
        var first = await Holder(alias, epoch, subject, stop);
        if (first != subject) await links.Remove(subject, epoch, alias, stop);
        return first;
    }

    /// <summary>Whoever was first. What cannot be read would keep everybody out for ever, so it is written anew.</summary>
    private async ValueTask<Subject?> Holder(string alias, Epoch epoch, Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Store, alias, Id, stop);
        if (found.Status == Status.NotFound) return null;
        if (Parse(found.Required(Store)) is { } holder) return holder;
        return (await documents.Put(Store, alias, Id, Body(subject, epoch), Condition.Matches(found.Value.Etag), null, stop)).Ok ? subject : null;
    }

    // Entered under an older epoch for somebody who, under the newer one, turned out to be another.
    private async ValueTask Repoint(Identifier id, List<Epoch> entered, Subject to, ulong source, DateTimeOffset now, CancellationToken stop)
    {
        foreach (var epoch in entered)
        {
            var alias = epoch.AliasOf(id);
            var before = await Read(alias, stop);
            await links.Add(to, epoch, Row(id, alias, source, now), stop);
            (await documents.Put(Store, alias, Id, Body(to, epoch), Condition.None, null, stop)).Required(Store);
            if (before is { } other && other != to) await links.Remove(other, epoch, alias, stop);
        }
    }

    private static LinkRow Row(Identifier id, string alias, ulong source, DateTimeOffset now) => new(alias, id.Space.Name, source, id.Space == Namespaces.User, now);

    private async ValueTask<Subject?> Read(string alias, CancellationToken stop)
    {
        var found = await documents.Get(Store, alias, Id, stop);
        return found.Status == Status.NotFound ? null : Parse(found.Required(Store));
    }

    private static Subject? Parse(Document document) =>
        document.Body.Length < BodyBytes ? null : new(BinaryPrimitives.ReadUInt128BigEndian(document.Body.Span));

    private static byte[] Body(Subject subject, Epoch epoch)
    {
        var body = new byte[BodyBytes];
        BinaryPrimitives.WriteUInt128BigEndian(body, subject.Key);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(SubjectBytes), epoch.Number);
        return body;
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
