using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Identity.Whole;

namespace Personalization.Vault;

/// <summary>
/// The only way to what the vault holds: a pass for one person and one purpose, that person's consent as it is at this
/// moment, and an entry in the audit log before anything is read. Where the entry cannot be kept nothing is read.
/// </summary>
public sealed class VaultDesk(
    VaultReader vault, ConsentLedger consents, ConsentPolicy policy, AuditLog audit, VaultSigner signer, People people, WholePersons persons, TimeProvider time, Meter meter)
{
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
        var whole = await persons.Healed(valid.Subject, stop);
        var effective = whole?.Allowed(policy) ?? await Allowed(valid.Subject, stop);
        var allowed = (effective & (VaultFeatures.Needs | valid.Purpose)) == (VaultFeatures.Needs | valid.Purpose);
        await Tell(valid, valid.Subject, allowed, stop);
        reads.Add(1, new("purpose", PurposeNames.First(valid.Purpose)), new("outcome", allowed ? "read" : "refused"));
        if (!allowed) return new(VaultOutcome.NoConsent, null);
        if (whole is not null) return new(VaultOutcome.Read, await OfAll(valid, whole, whole.Usable(policy) & effective, stop));
        var features = await vault.Read(valid.Subject, stop) ?? new();
        features.Keep(effective);
        return new(VaultOutcome.Read, features);
    }

    private async ValueTask<Purposes> Allowed(Subject subject, CancellationToken stop)
    {
        var consent = await consents.Standing(subject, ConsentStanding.None, stop);
        return consent.State.Vote.Over(policy.Standard(consent.Region));
    }

    // Each member whose vault is opened is told so; that of one who was erased is not, also while it is still there.
    private async ValueTask<VaultFeatures> OfAll(VaultPass pass, WholePerson whole, Purposes usable, CancellationToken stop)
    {
        var sides = new List<ViewSide>();
        foreach (var member in whole.Members.Where(m => m == pass.Subject || ConsentMatrix.Allows(usable, SignalClass.CrossDevice)))
        {
            if (await vault.IsErased(member, stop)) continue;
            if (member != pass.Subject) await Tell(pass, member, allowed: true, stop);
            sides.Add(new(member, await vault.Body(member, stop), whole.Kept(member)));
        }

        return PersonView.OfVaults().Of(pass.Subject, sides, usable);
    }

    private async ValueTask Tell(VaultPass pass, Subject subject, bool allowed, CancellationToken stop)
    {
        await audit.Append(
            new(AuditTypes.VaultRead, subject, new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["purpose"] = PurposeNames.First(pass.Purpose), ["pass"] = pass.Number.ToString("x16"), ["outcome"] = allowed ? "read" : "refused",
            }),
            stop);
    }

    private static ulong Number() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
}

public enum VaultOutcome { Read, NoPass, NoConsent }

public sealed record VaultAnswer(VaultOutcome Outcome, VaultFeatures? Features);

/// <param name="Pass">Sent as <c>x-vault-pass</c>.</param>
/// <param name="ExpiresAt">Until when it opens anything.</param>
public sealed record IssuedPass(string Pass, DateTimeOffset ExpiresAt);
