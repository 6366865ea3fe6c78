using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Personalization.Functions.Hosting.Observability;

/// <summary>
/// Runs one call of one function under its trace and its metrics. The only labels are the function's name and how it
/// ended: nothing that a caller chose.
/// </summary>
internal sealed partial class Invocations(Meter meter, TimeProvider time, ILogger<Invocations> log)
{
    public const string Source = "Personalization";

    private static readonly ActivitySource Traces = new(Source);

    private readonly Histogram<double> duration = meter.CreateHistogram<double>("personalization.function.duration", "s", "Time a call of a function took", advice: new() { HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30] });
    private readonly UpDownCounter<long> active = meter.CreateUpDownCounter<long>("personalization.function.active", description: "Calls under way");
    private readonly Counter<long> failures = meter.CreateCounter<long>("personalization.function.failures", description: "Calls that ended in an unexpected failure");

    /// <summary>Null after success, else the failure, already counted and logged.</summary>
    public async ValueTask<Exception?> Run(string function, IHeaderDictionary? headers, Func<ValueTask> work, Func<int>? status = null)
    {
        using var activity = Traces.HasListeners() ? Start(function, headers) : null;
        var started = time.GetTimestamp();
        Exception? failure = null;
        var name = new KeyValuePair<string, object?>("function", function);
        active.Add(1, name);
        try { await work(); }
        catch (Exception e) { failure = e; }
        active.Add(-1, name);
        if (failure is not null) Failed(function, failure, activity);
        if (duration.Enabled) duration.Record(time.GetElapsedTime(started).TotalSeconds, name, new("outcome", failure is null ? status?.Invoke() ?? 200 : 500));
        return failure;
    }

    // W3C trace context: the host, or whoever calls, has begun the trace.
    private static Activity? Start(string function, IHeaderDictionary? headers) =>
        Traces.StartActivity(function, ActivityKind.Server, ActivityContext.TryParse(headers?.TraceParent, headers?.TraceState, isRemote: true, out var parent) ? parent : default);

    private void Failed(string function, Exception failure, Activity? activity)
    {
        if (failure is OperationCanceledException) return;
        failures.Add(1, new KeyValuePair<string, object?>("function", function));
        activity?.SetStatus(ActivityStatusCode.Error, failure.GetType().Name);
        LogFailure(log, function, failure.GetType().Name, Where(failure));
    }

    // The message of an exception may quote what it failed on, so only its type and the code's own places are told.
    private static string Where(Exception failure) =>
        string.Join(" < ", (failure.StackTrace ?? "").Split('\n', StringSplitOptions.TrimEntries).Where(f => f.StartsWith("at Personalization", StringComparison.Ordinal)).Take(6));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed: {Failure} {Where}")]
    private static partial void LogFailure(ILogger log, string function, string failure, string where);
}
