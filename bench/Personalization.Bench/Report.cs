using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Personalization.Bench;

/// <summary>Results as they are committed, with the machine they were measured on.</summary>
internal static class Report
{
    public static string Machine { get; } =
        $"Machine: {Cpu()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB, {RuntimeInformation.OSDescription.Split('#')[0].Trim()}, {RuntimeInformation.FrameworkDescription}.";

    public static void Write(string name, string text)
    {
        var path = Path.Combine(Path.GetDirectoryName(Here())!, "..", "results", name);
        File.WriteAllText(path, text);
        Console.WriteLine(text);
    }

    private static string Here([CallerFilePath] string here = "") => here;

    private static string Cpu() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
        : "unknown processor";
}
