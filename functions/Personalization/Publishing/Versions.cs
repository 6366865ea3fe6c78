using System.Globalization;
using Personalization.Consent;
using Personalization.Storage;

namespace Personalization.Publishing;

/// <summary>
/// The documents of one artefact: its versions, each written once and never again, and the pointer. A crash between the two
/// leaves a version nobody points to; its number is passed over by the next.
/// </summary>
internal sealed class Versions(IDocuments documents, string name, TimeProvider time)
{
    private const string PointerId = "current";

    // The store that keeps what every version of a policy said.
    private static readonly Store Store = PolicyRecord.Store;

    /// <summary>None before the first version; null where it is damaged.</summary>
    public async ValueTask<Pointer?> Pointer(CancellationToken stop)
    {
        var found = await documents.Get(Store, name, PointerId, stop);
        return found.Status == Status.NotFound ? Publishing.Pointer.None : Publishing.Pointer.Read(found.Required(Store).Body);
    }

    public async ValueTask<ReadOnlyMemory<byte>?> Read(int version, CancellationToken stop)
    {
        if (version < 1) return null;
        var found = await documents.Get(Store, name, IdOf(version), stop);
        if (found.Status == Status.NotFound) return null;
        return found.Required(Store).Body;
    }

    /// <summary>Writes a version under the next number that is free.</summary>
    public async ValueTask<int> Add(ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var version = (await Pointer(stop) ?? Publishing.Pointer.None).Newest + 1;
        while (!await TryAdd(version, body, stop)) version++;
        return version;
    }

    /// <summary>Writes a version under this number; false where it is taken.</summary>
    public async ValueTask<bool> TryAdd(int version, ReadOnlyMemory<byte> body, CancellationToken stop)
    {
        var put = await documents.Put(Store, name, IdOf(version), body, Condition.Absent, null, stop);
        if (put.Status == Status.Conflict) return false;
        put.Required(Store);
        return true;
    }

    /// <summary>Moves the pointer unless there is no need to. One that is damaged begins anew.</summary>
    public async ValueTask Move(Func<Pointer, Pointer?> move, CancellationToken stop) => await DocumentUpdate.Run(
        documents, Store, name, PointerId,
        body =>
        {
            var known = body is { } there ? Publishing.Pointer.Read(there) : null;
            if (move(known ?? Publishing.Pointer.None) is { } moved) return moved.Body();
            return null;
        },
        time, stop);

    // Six digits, so that the order of names is the order of numbers.
    private static string IdOf(int version) => "v" + version.ToString("D6", CultureInfo.InvariantCulture);
}
