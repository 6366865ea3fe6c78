using System.Globalization;
using Personalization.Audit;

namespace Personalization.Identity;

/// <summary>What is done to the salts over time: by the clock, and by an operator who has a reason not to wait for it.</summary>
public sealed class SaltKeeper(Salts salts, Aliases aliases, AuditLog audit, TimeProvider time)
{
    /// <summary>Rotates when it is time and destroys what is over. May be called at any time, by several at once, and again after a crash.</summary>
    public async ValueTask Tend(CancellationToken stop)
    {
        await salts.RotateWhenDue(stop);
        await Settle(stop);
    }

    /// <summary>Rotates now. With no overlap, whoever was known until now is a stranger at once.</summary>
    public async ValueTask<Rotation> Rotate(TimeSpan? overlap, CancellationToken stop)
    {
        var rotated = await salts.RotateNow(overlap ?? salts.Options.Overlap, stop);
        if (rotated == Rotation.Done) await Settle(stop);
        return rotated;
    }

    private async ValueTask Settle(CancellationToken stop)
    {
        await salts.Tell(row => Tell(row.Number == 1 ? AuditTypes.SaltCreated : AuditTypes.SaltRotated, row, row.Why, stop), stop);
        await salts.DestroyOver(row => aliases.Forget(row, stop), row => Tell(AuditTypes.SaltDestroyed, row, row.Fate!, stop), stop);
    }

    private async ValueTask Tell(string type, EpochRow row, string how, CancellationToken stop) =>
        await audit.Append(new(type, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["epoch"] = row.Number.ToString(CultureInfo.InvariantCulture), ["how"] = how }), stop);

    public async ValueTask<IReadOnlyList<EpochRow>> Epochs(CancellationToken stop) => (await salts.Book(stop)).Rows;

    /// <summary>When <see cref="Rotate"/> is possible again.</summary>
    public TimeSpan Wait => salts.Now.Current.Since + EpochSet.Settling - time.GetUtcNow();
}
