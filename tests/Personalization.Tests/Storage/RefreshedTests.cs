using Personalization.Storage;

namespace Personalization.Tests.Storage;

public sealed class RefreshedTests
{
    private readonly ManualClock clock = new();
    private int loads;

    [Fact]
    public async Task Loads_at_the_first_read_and_again_only_when_old()
    {
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        await Becomes("1", value);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("1", value.Read(Load));
        clock.Advance(TimeSpan.FromTicks(1));
        await Becomes("2", value);
        Assert.Equal(2, loads);
    }

    [Fact]
    public void A_reader_does_not_run_the_load_itself()
    {
        var reader = Environment.CurrentManagedThreadId;
        using var done = new ManualResetEventSlim();
        var loader = reader;
        new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5)).Read(_ => { loader = Environment.CurrentManagedThreadId; done.Set(); return Load(default); });
        Assert.True(done.Wait(TimeSpan.FromSeconds(10)));
        Assert.NotEqual(reader, loader);
    }

    [Fact]
    public async Task Who_cannot_do_without_waits_for_the_first_load_and_fails_with_it()
    {
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await value.Loaded(_ => throw new StoreUnavailableException("items", Status.Unavailable), default));
        Assert.Equal("1", await value.Loaded(Load, default));
        Assert.Equal("1", await value.Loaded(Load, default));
    }

    [Fact]
    public async Task A_reload_that_failed_does_not_count_as_the_first_load()
    {
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        var failing = new TaskCompletionSource<string>();
        value.Read(_ => failing.Task);
        failing.SetException(new FormatException());
        Assert.Equal("1", await value.Loaded(Load, default));
    }

    [Fact]
    public async Task A_load_under_way_does_not_replace_a_value_set_meanwhile()
    {
        var (begun, loading) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        value.Read(_ => { begun.SetResult(); return loading.Task; });
        await begun.Task;
        value.Set("set");
        loading.SetResult("loaded from before");
        await Becomes("1", value, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_load_that_fails_leaves_the_old_value_and_is_tried_again()
    {
        var value = new Refreshed<string>("initial", clock, TimeSpan.FromSeconds(5));
        var failed = new TaskCompletionSource();
        Assert.Equal("initial", value.Read(_ => { failed.SetResult(); throw new StoreUnavailableException("items", Status.Unavailable); }));
        await failed.Task;
        await Becomes("1", value, TimeSpan.FromSeconds(1));
    }

    private async Task Becomes(string expected, Refreshed<string> value, TimeSpan step = default)
    {
        while (value.Read(Load) != expected)
        {
            Assert.True(value.Current is "initial" or "1" or "set", value.Current);
            clock.Advance(step);
            await Task.Yield();
        }
    }

    private Task<string> Load(CancellationToken stop) => Task.FromResult($"{Interlocked.Increment(ref loads)}");
}
