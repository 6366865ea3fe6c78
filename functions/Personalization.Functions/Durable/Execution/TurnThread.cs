namespace Personalization.Functions.Durable.Execution;

/// <summary>
/// Where the program of a turn runs: on the thread of the turn and nowhere else, so that what it does follows from its
/// history alone. A continuation that comes from another thread shows that the program awaited something foreign.
/// </summary>
internal sealed class TurnThread : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Work, object? State)> posted = [];
    private readonly int thread = Environment.CurrentManagedThreadId;
    private volatile bool closed;
    private volatile bool touched;

    /// <summary>Whether something foreign tried to go on with the program.</summary>
    public bool Touched => touched;

    /// <summary>Whether the caller is the program.</summary>
    public bool IsHere => Current == this && Environment.CurrentManagedThreadId == thread && !closed;

    public override SynchronizationContext CreateCopy() => this;

    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("A program of a workflow waits for nothing by blocking.");

    public override void Post(SendOrPostCallback d, object? state)
    {
        // After the turn its answer is given; what comes then is lost, as the whole program is, and replayed if need be.
        if (closed || Environment.CurrentManagedThreadId != thread) touched = true;
        else posted.Enqueue((d, state));
    }

    /// <summary>Runs work and all that follows from it as the program.</summary>
    public void Run(Action work)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            work();
            while (posted.TryDequeue(out var next)) next.Work(next.State);
        }
        finally { SetSynchronizationContext(before); }
    }

    public void Close() => closed = true;
}
