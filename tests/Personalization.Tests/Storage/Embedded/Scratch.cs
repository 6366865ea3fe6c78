namespace Personalization.Tests.Storage.Embedded;

/// <summary>A directory of its own for one test, gone afterwards. A process that was killed leaves its own behind, and no later one gets it.</summary>
public sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("personalization-tests-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
