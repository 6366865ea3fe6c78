using System.Text.Json;
using System.Text.RegularExpressions;
using Personalization.Functions.Hosting;

namespace Personalization.Tests;

/// <summary>Settings run without being set, and everything wrong with them is told at once.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void Nothing_set_is_a_valid_configuration() => Assert.Empty(Read().Faults());

    [Fact]
    public void All_faults_are_listed_together()
    {
        var faults = Read(("Stream__Partitions", "0"), ("Http__MaxBodyBytes", "lots"), ("Events__MaxAge", "-1"), ("Auth__Keys__Fronted", "x"), ("Auth__Keys__Operator", "sha256:12")).Faults();
        Assert.Equal(5, faults.Count);
        Assert.Contains(faults, f => f.StartsWith("Stream__Partitions must be between 1 and 256", StringComparison.Ordinal));
        Assert.Contains(faults, f => f.Contains("Auth__Keys__Fronted is not a setting", StringComparison.Ordinal) && f.Contains("Auth__Keys__Frontend", StringComparison.Ordinal));
    }

    [Fact]
    public void A_value_is_never_repeated_in_a_fault() =>
        // It may be a secret put under the wrong name.
        Assert.DoesNotContain(Read(("Stream__Partitions", "PLANTED"), ("Auth__Keys__Nobody", "PLANTED")).Faults(), f => f.Contains("PLANTED", StringComparison.Ordinal));

    [Fact]
    public void The_environment_of_a_normal_machine_is_no_fault() =>
        Assert.Empty(Read(("PATH", "/bin"), ("HTTP_PROXY", "x"), ("AzureWebJobs__Unrelated", "x"), ("Logging__LogLevel__Default", "x")).Faults());

    [Theory]
    [InlineData("http://0.0.0.0:7071"), InlineData("http://*:8080"), InlineData("http://192.168.1.7:80")]
    public void Without_keys_only_loopback_is_served(string urls)
    {
        Assert.Contains(Read(urls).Faults(), f => f.Contains("loopback", StringComparison.Ordinal));
        Assert.Empty(Read(urls, ("Auth__Keys__Frontend", "a-key")).Faults());
    }

    [Theory]
    [InlineData("https://127.0.0.1:7071"), InlineData("7071"), InlineData("http://127.0.0.1:7071/base"), InlineData("http://shop.example")]
    public void An_address_that_cannot_be_served_is_a_fault(string urls) => Assert.NotEmpty(Read(urls).Faults());

    [Fact]
    public void The_sample_settings_name_every_setting_and_nothing_else()
    {
        var root = Repository.Root;
        using var sample = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "local.settings.sample.json")));
        string[] hosts = ["FUNCTIONS_WORKER_RUNTIME", "AzureWebJobsStorage", "EventHubConnection", "OTEL_EXPORTER_OTLP_ENDPOINT"];
        var given = sample.RootElement.GetProperty("Values").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetString()!);
        Assert.Equal(Read().Declared.Select(s => s.Variable).Concat(hosts).Order(StringComparer.Ordinal), given.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(Read([.. given.Where(g => !hosts.Contains(g.Key)).Select(g => (g.Key, g.Value))]).Faults());
        Assert.All(Read().Declared, s => Assert.True(given[s.Variable] == s.Standard, $"{s.Variable} is '{given[s.Variable]}' in the sample, but the default is '{s.Standard}'."));
    }

    [Fact]
    public void The_operating_page_describes_every_metric()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));
        var sources = Directory.EnumerateFiles(Path.Combine(Repository.Root, "functions"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal));
        var metrics = sources.SelectMany(f => Regex.Matches(File.ReadAllText(f), @"Create\w+(<\w+>)?\(""(?<name>personalization\.[a-z._]+)""", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Select(m => m.Groups["name"].Value)).ToList();
        Assert.True(metrics.Count > 10);
        Assert.All(metrics, m => Assert.Contains($"`{m}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_operating_page_describes_every_setting()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operating.md"));
        Assert.All(Read().Declared, s => Assert.Contains($"| `{s.Variable}` | {(s.Standard.Length == 0 ? "none" : $"`{s.Standard}`")} | {s.Range.Replace("|", "\\|", StringComparison.Ordinal)} | {s.About} |", page, StringComparison.Ordinal));
    }

    private static Settings Read(params (string, string)[] given) => Read(null!, given);

    private static Settings Read(string urls, params (string Key, string Value)[] given)
    {
        var settings = new Settings(given.Select(g => KeyValuePair.Create(g.Key, g.Value)));
        AppOptions.Read(settings, urls);
        return settings;
    }
}
