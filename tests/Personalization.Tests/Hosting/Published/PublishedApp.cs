using System.Diagnostics;

namespace Personalization.Tests.Hosting.Published;

/// <summary>The application as it is deployed: published once for the whole run, with the command of the README.</summary>
public sealed class PublishedApp : IDisposable
{
    private readonly string root = System.IO.Directory.CreateTempSubdirectory("published-").FullName;

    public PublishedApp()
    {
        var publish = new ProcessStartInfo("dotnet", ["publish", "functions/Personalization.Functions", "-c", "Release", "-o", Directory, "--artifacts-path", Path.Combine(root, "artifacts")])
        {
            WorkingDirectory = Repository.Root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        // The test runner's own build variables would steer this build.
        foreach (var name in publish.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)).ToList())
            publish.Environment.Remove(name);
        using var process = Process.Start(publish)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output + error.Result);
    }

    public string Directory => Path.Combine(root, "out");

    public string Executable => Path.Combine(Directory, "Personalization.Functions");

    public void Dispose() => System.IO.Directory.Delete(root, recursive: true);
}

[CollectionDefinition(nameof(PublishedApp))]
public sealed class PublishedAppTests : ICollectionFixture<PublishedApp>;
