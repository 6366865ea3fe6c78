namespace Personalization.Functions.Hosting;

/// <summary>Something this process cannot fully work without, and how to see whether it is there.</summary>
internal sealed record Dependency(string Name, Func<CancellationToken, ValueTask<bool>> Probe, TimeProvider Time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    public async Task<DependencyState> State(CancellationToken stop)
    {
        try { return new(Name, await Probe(stop).AsTask().WaitAsync(Deadline, Time, stop) ? DependencyState.Ok : "failing"); }
        catch (TimeoutException) { return new(Name, "slow"); }
        catch (Exception e) when (e is not OperationCanceledException) { return new(Name, "failing"); }
    }
}

internal sealed record DependencyState(string Name, string Status)
{
    public const string Ok = "ok";
}
