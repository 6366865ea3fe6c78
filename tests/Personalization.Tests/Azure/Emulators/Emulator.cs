using System.Diagnostics;
using System.Reflection;

namespace Personalization.Tests.Azure.Emulators;

/// <summary>One emulator process on ports of its own choice. It ends with this object, or with this process however that ends.</summary>
public sealed class Emulator : IAsyncDisposable
{
    private readonly Process process;

    private Emulator(Process process) => this.process = process;

    public static async Task<(Emulator Emulator, Uri[] Addresses)> Start(string script, params string[] services)
    {
        var start = new ProcessStartInfo("node", script)
        {
            WorkingDirectory = Directory(),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var node = Process.Start(start) ?? throw new InvalidOperationException("node did not start");
        var said = new List<string>();
        var addresses = new List<Uri>();
        while (addresses.Count < services.Length && await node.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (services.Any(s => line.Contains(s, StringComparison.Ordinal)) && line.Split("listening at ") is [_, var address]) addresses.Add(new Uri(address));
        }
        if (addresses.Count < services.Length) throw new InvalidOperationException($"{script} ended at its start: " + string.Join('\n', said));
        _ = node.StandardOutput.ReadToEndAsync();
        return (new Emulator(node), [.. addresses]);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static string Directory() => Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "EmulatorsDirectory").Value!;
}
