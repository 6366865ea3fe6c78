using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Personalization.Tests.Trust;

/// <summary>Every log line there is, with its arguments and its exception.</summary>
internal sealed class LogReader : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    public string All => string.Join('\n', lines);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull
    {
        lines.Enqueue($"scope {state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        var arguments = state is IEnumerable<KeyValuePair<string, object?>> all ? string.Join(' ', all.Select(a => $"{a.Key}={a.Value}")) : "";
        lines.Enqueue($"{formatter(state, exception)} {arguments} {exception}");
    }

    public void Dispose()
    {
    }
}
