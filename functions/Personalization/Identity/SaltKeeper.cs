using System.Globalization;
using Personalization.Audit;

namespace Personalization.Identity;

/// <summary>What is done to the salts over time: by the clock, and by an operator who has a reason not to wait for it.</summary>
public sealed class SaltKeeper(Salts salts, Aliases aliases, AuditLog audit, TimeProvider time)
{
    /// <summary>Rotates when it is time and destroys what is over. May be called at any time, by several at once, and again after a crash.</summary>
    public async ValueTask Tend(CancellationToken stop)
    {
        if (await salts.RotateWhenDue(stop)) await Tell(AuditTypes.SaltRotated, salts.Now.Current.Number, "period", stop);
        await salts.DestroyOver((row, forGood) => Forget(row, forGood, stop), stop);
    }

    /// <summary>Rotates now. With no overlap, whoever was known until now is a stranger at once.</summary>
    public async ValueTask<Rotation> Rotate(TimeSpan? overlap, CancellationToken stop)
    {
        var rotated = await salts.RotateNow(overlap ?? salts.Options.Overlap, stop);
        if (rotated != Rotation.Done) return rotated;
        await Tell(AuditTypes.SaltRotated, salts.Now.Current.Number, "operator", stop);
        await Tend(stop);
        return rotated;
    }

    // The entry is written before the book forgets the epoch, so there is one whatever happens in between.
    private async ValueTask Forget(EpochRow row, bool forGood, CancellationToken stop)
    {
        await aliases.Forget(row, stop);
        await Tell(AuditTypes.SaltDestroyed, row.Number, forGood ? "destroyed" : "recoverable until the vault purges it", stop);
    }

    private async ValueTask Tell(string type, int epoch, string how, CancellationToken stop) =>
        await audit.Append(new(type, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["epoch"] = epoch.ToString(CultureInfo.InvariantCulture), ["how"] = how }), stop);

    public async ValueTask<IReadOnlyList<EpochRow>> Epochs(CancellationToken stop) => (await salts.Book(stop)).Rows;

    /// <summary>When <see cref="Rotate"/> is possible again.</summary>
    public TimeSpan Wait => salts.Now.Current.Since + EpochSet.Settling - time.GetUtcNow();
}
