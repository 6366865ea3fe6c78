using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text.Json;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Vault;

/// <summary>
/// The only way to what the vault holds: a pass for one person and one purpose, that person's consent as it is at this
/// moment, and a row in the ledger before anything is read. Where the row cannot be written nothing is read.
/// </summary>
public sealed class VaultDesk(
    VaultReader vault, ConsentLedger consents, ConsentPolicy policy, ILedger ledger, VaultSigner signer, People people, TimeProvider time, Meter meter)
{
    public static readonly Store Reads = new(
        "vaultreads", StoreKind.Ledger, "compliance", "Proves who read what the vault holds of a person, when and what for",
        Sensitivity.Pseudonymous, null, "the subject", SubjectKey.Partition);

    private const int Attempts = 8;

    private readonly Counter<long> reads = meter.CreateCounter<long>("personalization.vault.reads", description: "Reads of the vault, by purpose and outcome");

    /// <param name="request">Without fault.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<IssuedPass> Issue(PassRequest request, CancellationToken stop)
    {
        // For somebody never met there is a pass as well, which opens nothing: who is known is not told this way.
        var subject = await people.Find(request.User, request.Visitor, stop) ?? Subject.Random();
        var expires = time.GetUtcNow() + TimeSpan.FromMinutes(request.Minutes ?? VaultPass.Longest.TotalMinutes);
        var pass = new VaultPass(subject, request.For, expires, Number());
        return new(signer.Issue(pass), expires);
    }

    /// <summary>What the pass opens; refused where it opens nothing, or the person no longer allows it.</summary>
    public async ValueTask<VaultAnswer> Read(string pass, CancellationToken stop)
    {
        if (signer.Read(pass, time.GetUtcNow()) is not { } valid) return new(VaultOutcome.NoPass, null);
        var consent = await consents.Standing(valid.Subject, ConsentStanding.None, stop);
        var effective = consent.State.Vote.Over(policy.Standard(consent.Region));
        var allowed = (effective & (VaultFeatures.Needs | valid.Purpose)) == (VaultFeatures.Needs | valid.Purpose);
        await Audit(valid, allowed, stop);
        if (!allowed) return new(VaultOutcome.NoConsent, null);
        var features = await vault.Read(valid.Subject, stop) ?? new();
        features.Keep(effective);
        return new(VaultOutcome.Read, features);
    }

    private async ValueTask Audit(VaultPass pass, bool allowed, CancellationToken stop)
    {
        reads.Add(1, new("purpose", PurposeNames.First(pass.Purpose)), new("outcome", allowed ? "read" : "refused"));
        var row = new VaultRead(time.GetUtcNow(), PurposeNames.First(pass.Purpose), pass.Number.ToString("x16"), allowed, Number().ToString("x16"));
        var body = JsonSerializer.SerializeToUtf8Bytes(row, Stored.Default.VaultRead);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var next = await End(pass.Subject.ToString(), stop);
            var appended = await ledger.Append(Reads, pass.Subject.ToString(), next, [body], stop);
            if (appended.Status != Status.Conflict)
            {
                appended.Required(Reads);
                return;
            }
        }

        throw new StoreUnavailableException(Reads.Name, Status.Conflict);
    }

    private async ValueTask<long> End(string partition, CancellationToken stop)
    {
        for (var next = 0L; ;)
        {
            var rows = (await ledger.Read(Reads, partition, next, 1000, stop)).Required(Reads);
            if (rows.Count == 0) return next;
            next = rows[^1].Sequence + 1;
        }
    }

    private static ulong Number() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}

public enum VaultOutcome { Read, NoPass, NoConsent }

public sealed record VaultAnswer(VaultOutcome Outcome, VaultFeatures? Features);

/// <summary>That somebody read, or tried to.</summary>
/// <param name="At">When.</param>
/// <param name="Purpose">What for.</param>
/// <param name="Pass">The number of the pass.</param>
/// <param name="Allowed">Whether the person allowed it.</param>
/// <param name="Number">Drawn by chance, because two rows alike at one place of a ledger are one.</param>
public sealed record VaultRead(DateTimeOffset At, string Purpose, string Pass, bool Allowed, string? Number);

/// <param name="Pass">Sent as <c>x-vault-pass</c>.</param>
/// <param name="ExpiresAt">Until when it opens anything.</param>
public sealed record IssuedPass(string Pass, DateTimeOffset ExpiresAt);
