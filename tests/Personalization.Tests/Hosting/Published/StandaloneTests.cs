using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Personalization.Tests.Hosting.Published;

/// <summary>The published executable on its own, as a person starts and stops it.</summary>
[Collection(nameof(PublishedApp))]
public sealed class StandaloneTests(PublishedApp app)
{
    [Fact]
    public async Task No_acknowledged_event_is_lost_when_it_is_terminated_under_load()
    {
        var (directory, port) = (Directory.CreateTempSubdirectory("term-").FullName, RunningServer.FreePort());
        using var process = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"]).Ready();
        var load = new Load(process.Http);
        await load.Acknowledged(4000);
        Assert.Equal(0, await process.Terminate());
        var acknowledged = await load.Ended();

        Assert.Contains("left in the stream for the next start: 0.", process.Output, StringComparison.Ordinal);
        await AllKnown(acknowledged, directory, port);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task No_acknowledged_event_is_lost_when_it_is_killed_under_load()
    {
        var (directory, port) = (Directory.CreateTempSubdirectory("kill-").FullName, RunningServer.FreePort());
        IReadOnlyCollection<string> acknowledged;
        using (var process = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"]).Ready())
        {
            var load = new Load(process.Http);
            await load.Acknowledged(2000);
            process.Kill();
            acknowledged = await load.Ended();
        }

        // The next start applies what is still in the stream; then everybody who was acknowledged is known.
        using (var process = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"]).Ready()) Assert.Equal(0, await process.Terminate());
        await AllKnown(acknowledged, directory, port);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_second_process_on_the_directory_is_refused_and_told_why()
    {
        var (directory, port) = (Directory.CreateTempSubdirectory("second-").FullName, RunningServer.FreePort());
        using var first = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"]).Ready();
        using var second = AppProcess.Start(app, directory, port, ["--urls", "http://127.0.0.1:0"]);
        Assert.Equal(1, await second.Exit());
        Assert.Contains("in use by another process", second.Output, StringComparison.Ordinal);
        await first.Terminate();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task The_calls_in_the_readme_work_as_they_stand_there()
    {
        var calls = Regex.Matches(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")), "^curl .*$", RegexOptions.Multiline, TimeSpan.FromSeconds(1)).Select(m => m.Value).ToList();
        Assert.True(calls.Count >= 5);
        var directory = Directory.CreateTempSubdirectory("readme-").FullName;
        using var process = await AppProcess.Start(app, directory, 7071, []).Ready();
        var answers = new List<string>();
        foreach (var call in calls)
        {
            var answer = Shell(call, directory);
            // The README says what comes; the effect of the event may take a moment.
            for (var i = 0; answers.Count == 2 && i < 200 && First(answer).Reason != "affinity:footwear"; i++) answer = Shell(call, directory);
            answers.Add(answer);
        }

        Assert.Equal("""{"upserted":3}""", answers[0]);
        Assert.Equal("""{"results":[{"id":"e-1","status":"accepted"}]}""", answers[1]);
        Assert.Equal("affinity:footwear", First(answers[2]).Reason);
        Assert.Equal("unknown-person", JsonElement.Parse(answers[3]).GetProperty("fallbackReason").GetString());
        Assert.Equal("boot", First(answers[4]).Id);
        Assert.Equal(2, JsonElement.Parse(answers[5]).GetProperty("slots").GetArrayLength());
        Assert.Equal(1, JsonElement.Parse(answers[6]).GetProperty("version").GetInt32());
        Assert.Contains("\"scarf-first\"", answers[7], StringComparison.Ordinal);
        Assert.False(JsonElement.Parse(answers[8]).GetProperty("purposes").GetProperty("personalization").GetProperty("granted").GetBoolean());
        Assert.Equal("no-consent", JsonElement.Parse(answers[9]).GetProperty("fallbackReason").GetString());
        Assert.True(JsonElement.Parse(answers[10]).GetProperty("features").GetArrayLength() > 10);
        Assert.Equal(0, JsonElement.Parse(answers[11]).GetProperty("partitions").EnumerateArray().Sum(p => p.GetProperty("lag").GetInt64()));
        Assert.Equal("ready", JsonElement.Parse(answers[12]).GetProperty("status").GetString());
        Assert.Equal("pending", JsonElement.Parse(answers[13]).GetProperty("status").GetString());
        Assert.Contains(JsonElement.Parse(answers[14]).GetProperty("status").GetString(), (string[])["pending", "in_progress"]);
        await process.Terminate();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_start_with_bad_settings_lists_them_all_and_exits_1()
    {
        using var process = AppProcess.Start(app, app.Directory, 1, [], ("Stream__Partitions", "0"), ("RateLimit__Burts", "5"), ("ASPNETCORE_URLS", "http://0.0.0.0:80"));
        Assert.Equal(1, await process.Exit());
        Assert.Contains("Stream__Partitions", process.Output, StringComparison.Ordinal);
        Assert.Contains("RateLimit__Burts", process.Output, StringComparison.Ordinal);
        Assert.Contains("loopback", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_is_explained_and_not_a_crash()
    {
        var directory = Directory.CreateTempSubdirectory("fails-").FullName;
        Directory.CreateDirectory(Path.Combine(directory, ".data", "staff.key"));
        using var unreadable = AppProcess.Start(app, directory, 1, ["--urls", "http://127.0.0.1:0"]);
        Assert.Equal(1, await unreadable.Exit());
        Assert.Contains("staff.key", unreadable.Output, StringComparison.Ordinal);
        using var foreign = AppProcess.Start(app, directory, 1, ["--urls", "http://203.0.113.1:7071"], ("Auth__Keys__Frontend", "key"));
        Assert.Equal(1, await foreign.Exit());
        Assert.Contains("--urls", foreign.Output, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(directory, "local.settings.json"), "{\"Values\":{\"Storage__Kind\":null}}");
        using var settings = AppProcess.Start(app, directory, 1, []);
        Assert.Equal(1, await settings.Exit());
        Assert.Contains("local.settings.json", settings.Output, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task An_address_in_use_is_said_to_be_so()
    {
        var directory = Directory.CreateTempSubdirectory("inuse-").FullName;
        var port = RunningServer.FreePort();
        using var first = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"]).Ready();
        using var second = AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"], ("Storage__Directory", Path.Combine(directory, "other")));
        Assert.Equal(1, await second.Exit());
        Assert.Contains("--urls", second.Output, StringComparison.Ordinal);
        await first.Terminate();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task An_unknown_argument_shows_the_usage()
    {
        using var process = AppProcess.Start(app, app.Directory, 1, ["serve", "please"]);
        Assert.Equal(2, await process.Exit());
        Assert.Contains("manifest <dir>", process.Output, StringComparison.Ordinal);
    }

    private async Task AllKnown(IReadOnlyCollection<string> visitors, string directory, int port)
    {
        using var process = await AppProcess.Start(app, directory, port, ["--urls", $"http://127.0.0.1:{port}"]).Ready();
        foreach (var visitor in visitors)
        {
            var answer = await process.Http.PostAsync("/decisions/recommendations", new StringContent($$"""{"visitor":"{{visitor}}"}""", Encoding.UTF8, "application/json"));
            Assert.DoesNotContain("unknown-person", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        await process.Terminate();
    }

    private static (string? Id, string? Reason) First(string answer)
    {
        var first = JsonElement.Parse(answer).GetProperty("items")[0];
        return (first.GetProperty("id").GetString(), first.GetProperty("reasons")[0].GetString());
    }

    private static string Shell(string command, string directory)
    {
        var start = new System.Diagnostics.ProcessStartInfo("bash", ["-c", command]) { WorkingDirectory = directory, UseShellExecute = false, RedirectStandardOutput = true };
        using var shell = System.Diagnostics.Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, $"{command} ended with {shell.ExitCode}");
        return output;
    }
}
