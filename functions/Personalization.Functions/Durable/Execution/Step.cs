using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Execution;

/// <summary>
/// Something a program waits for: an activity, a child or a timer. No continuation may be moved to another thread, so the
/// source must not be told to run them asynchronously: a task that waits for several would leave the turn's thread.
/// </summary>
internal sealed class Step(string name, int id, bool timer)
{
    private readonly TaskCompletionSource<string?> source = new();

    public Task<string?> Task => source.Task;

    public bool IsTimer => timer;

    public void Complete(string? result) => source.TrySetResult(result);

    public void Fail(FailureDetails? details) => source.TrySetException(Failures.OfStep(name, id, details));

    public void Cancel(CancellationToken by) => source.TrySetCanceled(by);
}
