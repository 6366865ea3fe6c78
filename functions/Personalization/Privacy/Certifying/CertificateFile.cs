using System.Text;
using System.Text.Json;
using Personalization.Audit;
using Personalization.Audit.Merkle;

namespace Personalization.Privacy.Certifying;

/// <summary>
/// Checks a certificate with nothing but the file: its own signature, that the audit log's entry tells of just this text, that the
/// entry is in the log, and who signed for the log.
/// </summary>
public static class CertificateFile
{
    /// <summary>In the log's entry: the SHA-256 of the signed text.</summary>
    internal const string Digest = "certificate";

    /// <summary>In the log's entry: the handle of the request.</summary>
    internal const string Request = "request";

    /// <summary>Null where the text is no certificate.</summary>
    public static CheckResult? Run(string text)
    {
        ErasureCertificate? certificate;
        try { certificate = JsonSerializer.Deserialize(text, Stored.Default.ErasureCertificate); }
        catch (JsonException) { return null; }
        if (certificate is not { Certificate: ErasureCertificate.ThisKind }) return null;
        if (!IsWhole(certificate)) return Bad("something is missing in it");
        // Read loosely and written by us it must be the same again: else there is something in it that nobody signed.
        if (Encoding.UTF8.GetString(certificate.File()) != text.TrimEnd('\n')) return Bad("it is not written as it was handed out");
        return Fault(certificate) is { } fault ? Bad(fault) : new(true, null, Good(certificate));
    }

    /// <summary>What is wrong with it; null when nothing is.</summary>
    public static string? Fault(ErasureCertificate c) => 0 switch
    {
        _ when c.Text() != c.Signed => "it does not say what its signed text says",
        _ when c.Issued < c.Key.SignsFrom || c.Issued > c.Key.SignsUntil => $"it was signed at a time at which the key {c.Key.Id} was not to sign",
        _ when !c.Key.Signed(Encoding.UTF8.GetBytes(c.Signed), c.Signature) => "its signature is not the key's",
        _ => Entry(c) ?? Proof(c.Proof!, c.Key),
    };

    private static string? Entry(ErasureCertificate c)
    {
        if (Bytes(c.Entry!) is not { } bytes || EntryBytes.Read(bytes) is not { } entry) return "its entry of the audit log cannot be read";
        if ($"{TreeHash.Leaf(bytes)}" != c.Proof!.Leaf) return "its entry does not have the hash that is proven";
        return entry.Type == AuditTypes.Erased && entry.Open.GetValueOrDefault(Digest) == c.Digest() && entry.Open.GetValueOrDefault(Request) == c.Facts.Request
            ? null
            : "its entry of the audit log is about something else";
    }

    private static string? Proof(InclusionProof proof, PublishedKey key) => 0 switch
    {
        _ when proof.Path.Append(proof.Root).Append(proof.Leaf).Any(h => Merkle(h) != h) || !proof.Holds() => "its proof does not lead from the entry to the log's hash",
        _ when proof.Checkpoint!.Size != proof.Size || proof.Checkpoint.Root != proof.Root => "its checkpoint is of another log",
        _ => proof.Checkpoint.Fault(key) is { } fault ? $"its checkpoint {fault}" : null,
    };

    private static bool IsWhole(ErasureCertificate c) =>
        c is { Facts: { Request: not null, Type: not null, Stores: not null, Models: not null }, Training: not null, Key: { Id: not null, Key: not null }, Signed: not null, Signature: not null, Entry: not null }
        && c.Facts.Stores.All(s => s is { Store: not null, Kind: not null, How: not null }) && c.Facts.Models.All(m => m is { Model: not null, Version: not null })
        && c.Proof is { Leaf: not null, Root: not null, Path: not null, Key: null, Checkpoint: { Origin: not null, Root: not null, Previous: not null, Key: not null, Signature: not null } };

    // A hash has one text, as everything else here.
    private static string? Merkle(string hash) => Audit.Merkle.Digest.Parse(hash)?.ToString();

    private static byte[]? Bytes(string base64)
    {
        try { return Convert.FromBase64String(base64) is var bytes && Convert.ToBase64String(bytes) == base64 ? bytes : null; }
        catch (FormatException) { return null; }
    }

    private static string Good(ErasureCertificate c) =>
        $"Good: the certificate of request {c.Facts.Request}, issued {c.Issued.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} and signed with {c.Key.Id}, is entry {c.Proof!.Index} of the {c.Proof.Size} of the log {c.Proof.Checkpoint!.Origin}. Compare the key with the published ones.";

    private static CheckResult Bad(string why) => new(false, null, $"This certificate does not hold: {why}.");
}
