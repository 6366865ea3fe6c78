using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace Personalization.Tests.Hosting.Published;

/// <summary>One run of the published executable with nothing in its environment but what is given.</summary>
internal sealed class AppProcess : IDisposable
{
    private readonly Process process;
    private readonly ConcurrentQueue<string> lines = new();

    private AppProcess(Process process, int port)
    {
        this.process = process;
        Http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(30) };
        process.OutputDataReceived += (_, e) => lines.Enqueue(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => lines.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    public string Output => string.Join('\n', lines);

    /// <summary>As the Functions host does it: its five variables and the app root as working directory.</summary>
    public static AppProcess UnderTheHost(PublishedApp app, int port)
    {
        var worker = "0f8fad5b-d9cb-469f-a165-70867728950e";
        return Start(app, app.Directory, port, [],
            ("FUNCTIONS_CUSTOMHANDLER_PORT", $"{port}"), ("FUNCTIONS_HTTPWORKER_PORT", $"{port}"), ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", worker),
            ("FUNCTIONS_HTTPWORKER_ID", worker), ("FUNCTIONS_APP_ROOT_PATH", app.Directory));
    }

    public static AppProcess Start(PublishedApp app, string directory, int port, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(app.Executable, arguments) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(Process.Start(start)!, port);
    }

    /// <summary>GET / every 25 ms until anything answers, as the host does.</summary>
    public async Task<AppProcess> Ready()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Assert.False(process.HasExited, Output);
            try
            {
                using var response = await Http.GetAsync("/", limit.Token);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                return this;
            }
            catch (HttpRequestException) { await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, limit.Token); }
        }
    }

    public async Task<int> Exit()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(limit.Token);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>SIGTERM, then the exit code.</summary>
    public async Task<int> Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString()]);
        await kill.WaitForExitAsync();
        return await Exit();
    }

    /// <summary>SIGKILL: no warning, as the host stops a worker.</summary>
    public void Kill() => process.Kill();

    public void Dispose()
    {
        Http.Dispose();
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }
}
