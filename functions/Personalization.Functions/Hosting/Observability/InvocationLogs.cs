namespace Personalization.Functions.Hosting.Observability;

/// <summary>
/// Log lines written during an envelope's invocation, which go back to the host in the answer and end up beside the
/// invocation in its logs. Lines outside of one go to standard output.
/// </summary>
internal sealed class InvocationLogs : ILoggerProvider
{
    private const int Most = 100;
    private static readonly AsyncLocal<List<string>?> Current = new();

    public static IReadOnlyList<string> Begin() => Current.Value = [];

    /// <summary>What was written so far; work that goes on after the invocation may still be writing.</summary>
    public static IReadOnlyList<string> Taken(IReadOnlyList<string> lines)
    {
        lock (lines) return [.. lines];
    }

    /// <summary>The host reads nothing of a failed answer, so its lines go where those without an invocation go.</summary>
    public static void Spill(IReadOnlyList<string> lines)
    {
        foreach (var line in Taken(lines)) Console.Out.WriteLine(line);
    }

    public ILogger CreateLogger(string categoryName) => new Lines(categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose() { }

    private sealed class Lines(string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel level) => level is >= LogLevel.Information and < LogLevel.None;

        public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> format)
        {
            if (!IsEnabled(level)) return;
            var line = $"{level} {category}: {format(state, exception)}";
            if (Current.Value is not { } lines) { Console.Out.WriteLine(line); return; }
            lock (lines)
                if (lines.Count < Most) lines.Add(line);
        }
    }
}
