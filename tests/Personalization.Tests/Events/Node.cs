using System.Diagnostics;
using System.Reflection;

namespace Personalization.Tests.Events;

/// <summary>A script beside the emulators, run to its end.</summary>
internal static class Node
{
    public static async Task<string> Run(string script, string[] arguments, string input = "")
    {
        var directory = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "EmulatorsDirectory").Value!;
        var start = new ProcessStartInfo("node", [script, .. arguments]) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        using var node = Process.Start(start)!;
        var said = node.StandardOutput.ReadToEndAsync();
        await node.StandardInput.WriteAsync(input);
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        return await said;
    }
}
