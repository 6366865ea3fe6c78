using System.Security.Cryptography;
using System.Text;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Privacy.Exporting;

/// <summary>
/// Keeps exports until they are fetched, encrypted. Everybody an export is about holds a share of its key, under their own
/// subject: once any of them is erased, nobody can open it.
/// </summary>
public sealed class Exports(IDocuments documents, IBlobs blobs)
{
    public static readonly Store Files = new(
        "exports", StoreKind.Blobs, "compliance", "Holds what a person asked for about themselves until they fetch it, encrypted",
        Sensitivity.Sensitive, TimeSpan.FromDays(31), "the subject", SubjectKey.NamePrefix);

    public static readonly Store Keys = new(
        "exportkeys", StoreKind.Documents, "compliance", "Opens an export; each person in it holds a share, and without any share it is closed for good",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(31), "the subject", SubjectKey.Partition);

    private const int ShareBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Keeps an export, in the place of one of that name. May be stopped and done again.</summary>
    public async ValueTask Put(string handle, IReadOnlyList<Subject> people, byte[] plain, CancellationToken stop)
    {
        await DeleteFile(handle, people, stop);
        var shares = new List<byte[]>();
        foreach (var subject in people)
        {
            shares.Add(RandomNumberGenerator.GetBytes(ShareBytes));
            (await documents.Put(Keys, subject.ToString(), handle, shares[^1], Condition.None, null, stop)).Required(Keys);
        }

        if (people.Count > 0) (await blobs.Put(Files, Name(handle, people), Sealed(handle, shares, plain), stop)).Required(Files);
    }

    /// <summary>Null where it is gone, or a share of its key is.</summary>
    public async ValueTask<byte[]?> Open(string handle, IReadOnlyList<Subject> people, CancellationToken stop)
    {
        var shares = new List<byte[]>();
        foreach (var subject in people)
        {
            var share = await documents.Get(Keys, subject.ToString(), handle, stop);
            if (share.Status == Status.NotFound) return null;
            shares.Add(share.Required(Keys).Body.ToArray());
        }

        if (people.Count == 0) return null;
        var file = await blobs.Get(Files, Name(handle, people), stop);
        return file.Status == Status.NotFound ? null : Opened(handle, shares, file.Required(Files).Span);
    }

    /// <summary>Whether anything opens a file any more.</summary>
    public static async ValueTask<bool> HasKey(IDocuments documents, string file, CancellationToken stop)
    {
        var share = file.Split('/') is [var subject, var handle] ? await documents.Get(Keys, subject, handle, stop) : Outcome.Failed<Document>(Status.NotFound);
        if (share.Status != Status.NotFound) share.Required(Keys);
        return share.Ok;
    }

    /// <summary>The shares first: without them the file says nothing, whatever becomes of it.</summary>
    public async ValueTask Delete(string handle, IReadOnlyList<Subject> people, CancellationToken stop)
    {
        foreach (var subject in people)
        {
            var gone = await documents.Delete(Keys, subject.ToString(), handle, Condition.None, stop);
            if (gone.Status != Status.NotFound) gone.Required(Keys);
        }

        await DeleteFile(handle, people, stop);
    }

    private async ValueTask DeleteFile(string handle, IReadOnlyList<Subject> people, CancellationToken stop)
    {
        if (people.Count == 0) return;
        var gone = await blobs.Delete(Files, Name(handle, people), stop);
        if (gone.Status != Status.NotFound) gone.Required(Files);
    }

    private static byte[] Sealed(string handle, List<byte[]> shares, byte[] plain)
    {
        var whole = new byte[NonceBytes + TagBytes + plain.Length];
        RandomNumberGenerator.Fill(whole.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(KeyOf(shares), TagBytes);
        aes.Encrypt(whole.AsSpan(0, NonceBytes), plain, whole.AsSpan(NonceBytes + TagBytes), whole.AsSpan(NonceBytes, TagBytes), Encoding.ASCII.GetBytes(handle));
        return whole;
    }

    private static byte[]? Opened(string handle, List<byte[]> shares, ReadOnlySpan<byte> whole)
    {
        if (whole.Length < NonceBytes + TagBytes) return null;
        var plain = new byte[whole.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(KeyOf(shares), TagBytes);
        try { aes.Decrypt(whole[..NonceBytes], whole[(NonceBytes + TagBytes)..], whole.Slice(NonceBytes, TagBytes), plain, Encoding.ASCII.GetBytes(handle)); }
        // Shares of another time than the file, or damage: it cannot be told what it was.
        catch (CryptographicException) { return null; }
        return plain;
    }

    private static byte[] KeyOf(List<byte[]> shares) => SHA256.HashData([.. shares.SelectMany(s => s)]);

    private static string Name(string handle, IReadOnlyList<Subject> people) => $"{people[0]}/{handle}";
}
