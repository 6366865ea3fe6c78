using System.Buffers.Binary;
using System.Text;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>
/// The aliases of a person, of all epochs: those their links lead to and, where looking through all of them costs no more than
/// memory, those that a process left without a link when it died, and the links to them that one left with somebody who never was.
/// </summary>
internal sealed class AliasWalk(ErasingStores stores, TimeProvider time)
{
    private readonly Links links = new(stores.Documents, time);
    private readonly AliasRemoval removal = new(stores.Documents, time);
    private readonly StoreSearch search = new(stores.Documents, Aliases.Store);
    private readonly StoreSearch linked = new(stores.Documents, Links.Store);

    public async ValueTask<long> Count(Subject subject, CancellationToken stop)
    {
        var count = 0;
        foreach (var alias in await Of(subject, stop))
            if (await removal.Find(alias, subject, stop) is not null) count++;
        return count;
    }

    /// <summary>How many links to their aliases are nobody's: written for somebody new just before the process died that met them.</summary>
    public async ValueTask<long> Strays(Subject subject, CancellationToken stop) => (await Astray(subject, stop)).Count;

    /// <summary>Strays first: without the aliases nobody would find them any more.</summary>
    public async ValueTask<long> Delete(Subject subject, CancellationToken stop)
    {
        foreach (var (alias, link) in await Astray(subject, stop)) await links.Remove(link.Partition, link.Id, alias, stop);
        var deleted = 0;
        foreach (var alias in await Of(subject, stop))
            if (await removal.Drop(alias, subject, stop)) deleted++;
        return deleted;
    }

    private async ValueTask<List<string>> Of(Subject subject, CancellationToken stop)
    {
        var noted = (await links.Of(subject, stop)).Values.SelectMany(rows => rows).Select(r => r.Alias);
        if (stores.Embedded is null) return [.. noted.Distinct(StringComparer.Ordinal)];
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, subject.Key);
        return [.. noted.Concat((await search.Find(bytes, stop)).Select(d => d.Partition)).Distinct(StringComparer.Ordinal)];
    }

    private async ValueTask<List<(string Alias, Document Link)>> Astray(Subject subject, CancellationToken stop)
    {
        var found = new List<(string, Document)>();
        if (stores.Embedded is null) return found;
        var aliases = await Of(subject, stop);
        var others = await Task.WhenAll(aliases.Select(alias => linked.Find(Encoding.ASCII.GetBytes(alias), stop).AsTask()));
        foreach (var (alias, link) in aliases.Zip(others).SelectMany(a => a.Second.Select(link => (a.First, link))).Where(a => a.link.Partition != subject.ToString()))
            // Whoever the alias leads to by now has a right to it.
            if (!SubjectText.TryParse(link.Partition, out var other) || await removal.Find(alias, other, stop) is null) found.Add((alias, link));
        return found;
    }
}
