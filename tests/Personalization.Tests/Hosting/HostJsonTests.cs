using System.Text.Json;

namespace Personalization.Tests.Hosting;

/// <summary>host.json says what our code counts on.</summary>
public sealed class HostJsonTests
{
    private static readonly JsonElement Host = JsonElement.Parse(File.ReadAllText(Path.Combine(Repository.Root, "host.json")));

    [Fact]
    public void Plain_http_functions_are_forwarded_or_proxied()
    {
        Assert.True(Host.GetProperty("customHandler").GetProperty("enableForwardingHttpRequest").GetBoolean());
        Assert.True(Host.GetProperty("customHandler").GetProperty("enableProxyingHttpRequest").GetBoolean());
    }

    [Fact]
    public void Nothing_comes_before_our_paths() => Assert.Equal("", Host.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());

    [Fact]
    public void The_port_is_left_for_the_host_to_choose() => Assert.False(Host.GetProperty("customHandler").TryGetProperty("port", out _));

    [Fact]
    public void The_bundle_has_no_high_minimum_that_a_region_may_not_have_yet() =>
        Assert.Equal("[4.*, 5.0.0)", Host.GetProperty("extensionBundle").GetProperty("version").GetString());

    [Fact]
    public void Batches_retries_and_time_limits_are_set()
    {
        var hubs = Host.GetProperty("extensions").GetProperty("eventHubs");
        Assert.True(hubs.GetProperty("maxEventBatchSize").GetInt32() >= 100);
        Assert.Equal("exponential", hubs.GetProperty("clientRetryOptions").GetProperty("mode").GetString());
        Assert.True(TimeSpan.Parse(Host.GetProperty("functionTimeout").GetString()!) > TimeSpan.Zero);
        Assert.Matches("^[A-Za-z][A-Za-z0-9]{2,44}$", Host.GetProperty("extensions").GetProperty("durableTask").GetProperty("hubName").GetString());
    }
}
