using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>
/// Creates, rotates and destroys the salts of the aliases. Which of them are in force is one document that only one writer
/// at a time can change, so two rotations at once become one; a salt is made before the document names it and is gone
/// before the document forgets it, so a crash between leaves nothing in force that is not there.
/// </summary>
public sealed class Salts
{
    public static readonly Store Store = new(
        "epochs", StoreKind.Documents, "privacy", "Says which salts are in force, so that every process recognizes people by the same",
        Sensitivity.Public, null, "one partition for all", SubjectKey.None);

    private const string Place = "salts";
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(30);

    private readonly IDocuments documents;
    private readonly ISecrets secrets;
    private readonly TimeProvider time;
    private readonly Refreshed<EpochSet> epochs;
    private readonly Func<CancellationToken, Task<EpochSet>> load;

    private Salts(IDocuments documents, ISecrets secrets, TimeProvider time, SaltOptions options, EpochSet first)
    {
        (this.documents, this.secrets, this.time, Options) = (documents, secrets, time, options);
        (epochs, load) = (new(first, time, RefreshAfter), Load);
        epochs.Set(first);
    }

    public SaltOptions Options { get; }

    /// <summary>The epochs as this process last saw them.</summary>
    public EpochSet Now => epochs.Read(load);

    /// <exception cref="InvalidDataException">A salt is named and not there, or damaged: everybody would be a stranger.</exception>
    public static async Task<Salts> Open(IDocuments documents, ISecrets secrets, TimeProvider time, SaltOptions options, CancellationToken stop)
    {
        if (await Find(documents, stop) is null)
        {
            var name = await Create(secrets, 1, stop);
            var put = await documents.Put(Store, Place, Place, Body(EpochBook.First(time.GetUtcNow(), name)), Condition.Absent, null, stop);
            if (put.Status == Status.Conflict) await secrets.Delete(name, stop);
            else put.Required(Store);
        }

        return new(documents, secrets, time, options, await Load(documents, secrets, time, stop));
    }

    /// <summary>The epochs, and not as they were before any rotation but the last: for who enters somebody or looks for them.</summary>
    public ValueTask<EpochSet> Fresh(CancellationToken stop) => epochs.NotOlder(EpochSet.Settling / 2, load, stop);

    /// <summary>The rows as they are stored now, for those who ask.</summary>
    public async ValueTask<EpochBook> Book(CancellationToken stop) => (await Find(documents, stop) ?? throw Missing()).Book;

    /// <summary>The next epoch, if it is time; true where this call made it.</summary>
    public async ValueTask<bool> RotateWhenDue(CancellationToken stop) =>
        await Rotate(book => book.IsDue(time.GetUtcNow(), Options) ? Rotation.Done : Rotation.TooSoon, Options.Overlap, "period", stop) == Rotation.Done;

    /// <summary>The next epoch now.</summary>
    public ValueTask<Rotation> RotateNow(TimeSpan overlap, CancellationToken stop) =>
        Rotate(book => book.IsFull(time.GetUtcNow(), overlap) ? Rotation.TooMany : Rotation.Done, overlap, "operator", stop);

    /// <summary>Tells of epochs nobody was told of yet. A crash between tells again.</summary>
    public async ValueTask Tell(Func<EpochRow, ValueTask> tell, CancellationToken stop)
    {
        foreach (var row in (await Book(stop)).Rows.Where(r => !r.Told))
        {
            await tell(row);
            await Change(book => book.Rows.FirstOrDefault(r => r.Number == row.Number) is { } there ? book.With(there with { Told = true }) : book, stop);
        }
    }

    /// <summary>
    /// Destroys the salts whose time is over. What is stored under one is taken away by <paramref name="forget"/> before the
    /// book forgets the epoch, so that a crash between repeats it; and once more when no process can be left that has not
    /// heard of its end.
    /// </summary>
    public async ValueTask DestroyOver(Func<EpochRow, ValueTask> forget, Func<EpochRow, ValueTask> tell, CancellationToken stop)
    {
        foreach (var row in (await Book(stop)).Over(time.GetUtcNow()))
        {
            var last = row.Ends + EpochSet.Settling <= time.GetUtcNow();
            var gone = row.Fate is not null ? row : row with { Fate = await Destroy(row, stop) };
            if (row.Fate is null) await Change(book => book.With(gone), stop);
            await forget(gone);
            if (!row.FateTold) await tell(gone);
            await Change(book => last ? book.Without(row) : book.With(gone with { FateTold = true }), stop);
        }

        epochs.Set(await Load(stop));
    }

    // A vault may keep it for a while; that must not be told as destroyed when a crash makes us ask a second time.
    private async ValueTask<string> Destroy(EpochRow row, CancellationToken stop)
    {
        var gone = await secrets.Delete(row.Secret, stop);
        if (gone.Status is not (Status.Ok or Status.NotFound)) gone.Required(Store);
        return gone.Status == Status.NotFound ? "gone" : gone.Value ? "destroyed" : "recoverable until the vault purges it";
    }

    private async ValueTask Change(Func<EpochBook, EpochBook> change, CancellationToken stop) =>
        await DocumentUpdate.Run(documents, Store, Place, Place, body => Body(change(Read(body!.Value))), time, stop);

    private async ValueTask<Rotation> Rotate(Func<EpochBook, Rotation> may, TimeSpan overlap, string why, CancellationToken stop)
    {
        var (book, etag) = await Find(documents, stop) ?? throw Missing();
        if (book.IsSettling(time.GetUtcNow())) return Rotation.TooSoon;
        if (may(book) is var answer and not Rotation.Done) return answer;
        var name = await Create(secrets, book.Current.Number + 1, stop);
        var put = await documents.Put(Store, Place, Place, Body(book.Rotated(time.GetUtcNow(), overlap, name, why)), Condition.Matches(etag), null, stop);
        if (put.Status == Status.Conflict)
        {
            // Somebody else was first, and theirs is the one.
            await secrets.Delete(name, stop);
            epochs.Set(await Load(stop));
            return Rotation.TooSoon;
        }

        put.Required(Store);
        epochs.Set(await Load(stop));
        return Rotation.Done;
    }

    private Task<EpochSet> Load(CancellationToken stop) => Load(documents, secrets, time, stop);

    private static async Task<EpochSet> Load(IDocuments documents, ISecrets secrets, TimeProvider time, CancellationToken stop)
    {
        var (book, _) = await Find(documents, stop) ?? throw Missing();
        var live = new List<Epoch>();
        foreach (var row in book.Rows.Where(r => r.Ends is not { } ends || ends > time.GetUtcNow()))
        {
            var found = await secrets.Get(row.Secret, stop);
            if (found.Status == Status.NotFound)
                throw new InvalidDataException($"The secret '{row.Secret}' is missing although people are recognized by it; restore it from a backup, or begin with empty storage");
            live.Add(new(row.Number, row.Since, row.Ends, found.Required(Store).Value.ToArray()));
        }

        return new(live);
    }

    // Named by chance as well, so that no two processes ever write one name: a vault knows no conditional write.
    private static async ValueTask<string> Create(ISecrets secrets, int number, CancellationToken stop)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"salt-{number}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        (await secrets.Put(name, RandomNumberGenerator.GetBytes(Epoch.SaltBytes), Condition.Absent, stop)).Required(Store);
        return name;
    }

    private static async ValueTask<(EpochBook Book, Etag Etag)?> Find(IDocuments documents, CancellationToken stop)
    {
        var found = await documents.Get(Store, Place, Place, stop);
        if (found.Status == Status.NotFound) return null;
        var document = found.Required(Store);
        return (Read(document.Body), document.Etag);
    }

    private static EpochBook Read(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.EpochBook) is { Rows.Count: > 0 } book ? book : throw Missing();

    private static byte[] Body(EpochBook book) => JsonSerializer.SerializeToUtf8Bytes(book, Stored.Default.EpochBook);

    private static InvalidDataException Missing() => new("The document that says which salts are in force is missing or damaged; restore it from a backup, or begin with empty storage");
}

/// <summary>What became of a rotation.</summary>
public enum Rotation
{
    Done,

    /// <summary>There was one a moment ago, and not every process may know of it.</summary>
    TooSoon,

    /// <summary>So many salts would be understood at once that looking for a stranger would take too many reads.</summary>
    TooMany,
}
