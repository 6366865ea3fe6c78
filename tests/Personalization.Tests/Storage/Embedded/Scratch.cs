namespace Personalization.Tests.Storage.Embedded;

/// <summary>A directory of its own for one test, gone afterwards.</summary>
public sealed class Scratch : IDisposable
{
    private static int count;

    public string Path { get; } = System.IO.Path.Combine(
        System.IO.Path.GetTempPath(), "personalization-tests", $"{Environment.ProcessId}-{Interlocked.Increment(ref count)}");

    public Scratch() => Directory.CreateDirectory(Path);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
