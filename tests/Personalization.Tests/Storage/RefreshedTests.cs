using Personalization.Storage;

namespace Personalization.Tests.Storage;

public sealed class RefreshedTests
{
    private readonly ManualClock clock = new();
    private int loads;

    [Fact]
    public void Loads_at_the_first_read_and_again_only_when_old()
    {
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        Assert.Equal("1", value.Read(Load));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("1", value.Read(Load));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("2", value.Read(Load));
    }

    [Fact]
    public void A_load_under_way_does_not_replace_a_value_set_meanwhile()
    {
        var loading = new TaskCompletionSource<string>();
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        value.Read(_ => loading.Task);
        value.Set("set");
        loading.SetResult("loaded from before");
        Assert.Equal("set", value.Current);
    }

    [Fact]
    public void A_load_that_fails_leaves_the_old_value_and_is_tried_again()
    {
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        Assert.Equal("initial", value.Read(_ => throw new StoreUnavailableException("items", Status.Unavailable)));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("1", value.Read(Load));
    }

    [Fact]
    public void A_load_that_finds_garbage_leaves_the_old_value()
    {
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        Assert.Equal("initial", value.Read(_ => Task.FromException<string>(new FormatException())));
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal("1", value.Read(Load));
    }

    private Task<string> Load(CancellationToken stop) => Task.FromResult($"{++loads}");
}
