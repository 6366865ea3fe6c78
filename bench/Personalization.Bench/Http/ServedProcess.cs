using System.Diagnostics;

namespace Personalization.Bench.Http;

/// <summary>A <see cref="Served"/> in a process of its own, and the driver in another.</summary>
internal sealed class ServedProcess : IDisposable
{
    private readonly Process process;

    public ServedProcess(string which)
    {
        process = Start("serve", which);
        (Address, StaffKey) = process.StandardOutput.ReadLine()!.Split(" ") is [var address, var key] ? (address, key) : throw new IOException("The server did not start.");
    }

    public string Address { get; }

    public string StaffKey { get; }

    public (LoadResult Load, double BytesPerRequest) Drive(int seconds, int connections, params string[] call)
    {
        var before = Allocated();
        using var driver = Start(["load", Address + (call.Length == 0 ? "/health/live" : ""), $"{seconds}", $"{connections}", .. call]);
        var load = LoadResult.Parse(driver.StandardOutput.ReadLine()!);
        driver.WaitForExit();
        return (load, (Allocated() - before) / (load.PerSecond * seconds));
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }

    private double Allocated()
    {
        process.StandardInput.WriteLine();
        process.StandardInput.Flush();
        return double.Parse(process.StandardOutput.ReadLine()!);
    }

    public static Process Start(params string[] args) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, args)
    {
        UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
    })!;
}
