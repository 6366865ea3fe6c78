namespace Personalization.Functions.Hosting;

/// <summary>
/// Something this process cannot fully work without, and how to see whether it is there. Anybody may ask, so it is looked
/// at no more than once every two seconds.
/// </summary>
internal sealed class Dependency(string name, Func<CancellationToken, ValueTask<bool>> probe, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private (DependencyState State, long At)? last;

    public async Task<DependencyState> State(CancellationToken stop)
    {
        if (last is var (known, at) && time.GetElapsedTime(at) < Fresh) return known;
        var state = new DependencyState(name, await Look(stop));
        last = (state, time.GetTimestamp());
        return state;
    }

    private async Task<string> Look(CancellationToken stop)
    {
        try { return await probe(stop).AsTask().WaitAsync(Deadline, time, stop) ? DependencyState.Ok : "failing"; }
        catch (TimeoutException) { return "slow"; }
        catch (Exception e) when (e is not OperationCanceledException) { return "failing"; }
    }
}

internal sealed record DependencyState(string Name, string Status)
{
    public const string Ok = "ok";
}
