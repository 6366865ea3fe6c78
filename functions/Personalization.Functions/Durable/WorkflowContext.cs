namespace Personalization.Functions.Durable;

/// <summary>
/// All that the program of a workflow may use. A program is run again from its beginning at every turn, so what it does must
/// depend on nothing but its input and what comes back from here: no clock, no chance, no I/O of its own.
/// </summary>
internal abstract class WorkflowContext
{
    /// <summary>The instance this is a run of.</summary>
    public abstract string Instance { get; }

    /// <summary>The time of the turn; the same whenever it is replayed.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Whether this was done before and is only being repeated; for logs and metrics, never for decisions.</summary>
    public abstract bool IsReplaying { get; }

    /// <exception cref="StepFailedException">It failed, after all that <paramref name="retry"/> allows.</exception>
    public abstract Task<TOut> Call<TIn, TOut>(Activity<TIn, TOut> activity, TIn input, Retry? retry = null);

    /// <summary>Runs another workflow and waits for its result.</summary>
    /// <param name="child">Which.</param>
    /// <param name="instance">Its id; null for one derived from this instance and the step, which is what a retry needs.</param>
    /// <param name="input">Its input.</param>
    /// <param name="retry">What to do when it fails.</param>
    public abstract Task<TOut> Call<TIn, TOut>(Workflow<TIn, TOut> child, string? instance, TIn input, Retry? retry = null);

    /// <summary>Waits until a time, however far away; one that is over passes at once.</summary>
    public abstract Task WaitUntil(DateTimeOffset time, CancellationToken cancelled = default);

    /// <summary>Waits for a signal; one that came earlier is taken at once, oldest first.</summary>
    public abstract Task<T> Wait<T>(Signal<T> signal);

    /// <summary>The same, but not for ever.</summary>
    public abstract Task<Answer<T>> Wait<T>(Signal<T> signal, DateTimeOffset until);

    /// <summary>Sends a signal to another instance; nobody there is no failure.</summary>
    public abstract void Send<T>(string instance, Signal<T> signal, T data);

    /// <summary>What is shown of this instance while it runs. Nothing of a person may be in it.</summary>
    public abstract void Status<T>(T status, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type);

    /// <summary>Ends this run; the instance goes on with a new one, under the newest version, without the history so far.</summary>
    public abstract void ContinueAsNew<TIn>(TIn input, System.Text.Json.Serialization.Metadata.JsonTypeInfo<TIn> type);

    /// <summary>A number nobody else has, the same whenever it is replayed. It is no secret.</summary>
    public abstract string NewId();
}

/// <summary>What came of waiting for a signal.</summary>
/// <param name="Came">False where the time was over first.</param>
/// <param name="Data">What came with it.</param>
internal readonly record struct Answer<T>(bool Came, T? Data);

/// <summary>How often a step that fails is done again, and how long is waited before.</summary>
/// <param name="Attempts">All of them, the first among them.</param>
/// <param name="First">Before the second attempt.</param>
/// <param name="Backoff">By what each further wait is multiplied.</param>
/// <param name="Longest">Of the waits.</param>
internal sealed record Retry(int Attempts, TimeSpan First, double Backoff, TimeSpan Longest);

/// <summary>A step failed for good. Its message is stored and shown, so nothing of a person may be in it.</summary>
internal sealed class StepFailedException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What came back from the step; null where nothing did.</summary>
    public Protocol.FailureDetails? Details { get; init; }
}
