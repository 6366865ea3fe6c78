namespace Personalization.Identity;

/// <summary>What is done to the salts over time: by the clock, and by an operator who has a reason not to wait for it.</summary>
public sealed class SaltKeeper(Salts salts, Aliases aliases, TimeProvider time)
{
    /// <summary>Rotates when it is time and destroys what is over. May be called at any time, by several at once, and again after a crash.</summary>
    public async ValueTask Tend(CancellationToken stop)
    {
        await salts.RotateWhenDue(stop);
        await salts.DestroyOver((row, _) => aliases.Forget(row, stop), stop);
    }

    /// <summary>Rotates now; false where that was done a moment ago. With no overlap, whoever was known until now is a stranger at once.</summary>
    public async ValueTask<bool> Rotate(TimeSpan? overlap, CancellationToken stop)
    {
        var rotated = await salts.RotateNow(overlap ?? salts.Options.Overlap, stop);
        if (rotated) await Tend(stop);
        return rotated;
    }

    public async ValueTask<IReadOnlyList<EpochRow>> Epochs(CancellationToken stop) => (await salts.Book(stop)).Rows;

    /// <summary>When <see cref="Rotate"/> is possible again.</summary>
    public TimeSpan Wait => salts.Now.Current.Since + EpochSet.Settling - time.GetUtcNow();
}
