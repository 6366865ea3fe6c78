using System.Reflection.PortableExecutable;
using System.Text.Json;
using Personalization.Functions;
using Personalization.Functions.Hosting;

namespace Personalization.Tests.Hosting.Published;

/// <summary>What is published is complete for the host and agrees with the function table.</summary>
[Collection(nameof(PublishedApp))]
public sealed class OutputTests(PublishedApp app)
{
    private static readonly FunctionTable Table = Composition.TableAlone().GetAwaiter().GetResult();

    [Fact]
    public void Every_function_of_the_table_has_its_folder_and_there_is_no_other()
    {
        var folders = Directory.GetFiles(app.Directory, "function.json", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(app.Directory, Path.GetDirectoryName(f)!));
        Assert.Equal(Table.All.Select(f => f.Name).Order(StringComparer.Ordinal), folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_function_folder_holds_what_the_table_says_and_nothing_else()
    {
        // Any other file would be taken for a script.
        Assert.All(Table.All, f =>
        {
            var only = Assert.Single(Directory.GetFileSystemEntries(Path.Combine(app.Directory, f.Name)));
            Assert.Equal(Manifest.Json(f), File.ReadAllText(only));
        });
    }

    [Fact]
    public void The_host_finds_its_configuration_and_the_executable_it_names()
    {
        var host = JsonElement.Parse(File.ReadAllText(Path.Combine(app.Directory, "host.json")));
        Assert.Equal(File.ReadAllText(Path.Combine(Repository.Root, "host.json")), File.ReadAllText(Path.Combine(app.Directory, "host.json")));
        var description = host.GetProperty("customHandler").GetProperty("description");
        Assert.Equal(app.Executable, Path.Combine(app.Directory, description.GetProperty("defaultExecutablePath").GetString()!));
        Assert.True(File.GetUnixFileMode(app.Executable).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal("", host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
    }

    [Fact]
    public void It_brings_its_runtime_and_is_precompiled()
    {
        Assert.True(File.Exists(Path.Combine(app.Directory, "libcoreclr.so")));
        foreach (var name in new[] { "Personalization.dll", "Personalization.Functions.dll" })
        {
            using var image = new PEReader(File.OpenRead(Path.Combine(app.Directory, name)));
            Assert.True(image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, $"{name} is not ReadyToRun");
        }
    }
}
