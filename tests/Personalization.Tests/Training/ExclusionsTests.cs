using System.Diagnostics.Metrics;
using Personalization.Storage.Embedded;
using Personalization.Training;

namespace Personalization.Tests.Training;

public sealed class ExclusionsTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly Meter meter = new(nameof(ExclusionsTests));
    private readonly EmbeddedStorage storage;
    private readonly Exclusions exclusions;
    private readonly DateTimeOffset start;

    public ExclusionsTests()
    {
        storage = InMemory.Storage(clock);
        exclusions = new(storage.Documents, new(TimeSpan.FromHours(24)), clock, meter);
        start = clock.GetUtcNow();
    }

    [Fact]
    public async Task Nobody_who_left_means_that_no_model_is_due()
    {
        Assert.Null(await exclusions.Due(default));
        await exclusions.Covered(start, default);
        Assert.Null(await exclusions.Due(default));
    }

    [Fact]
    public async Task Whoever_leaves_is_told_by_when_and_the_first_of_many_says_when_a_model_is_due()
    {
        Assert.Equal(start.AddHours(24), await exclusions.Schedule(default));
        clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(start.AddHours(29), await exclusions.Schedule(default));
        Assert.Equal(start.AddHours(24), await exclusions.Due(default));
    }

    [Fact]
    public async Task A_model_that_was_trained_after_all_of_them_left_settles_it()
    {
        await exclusions.Schedule(default);
        clock.Advance(TimeSpan.FromHours(1));
        await exclusions.Covered(clock.GetUtcNow(), default);
        Assert.Null(await exclusions.Due(default));
        Assert.Equal(clock.GetUtcNow().AddHours(24), await exclusions.Schedule(default));
    }

    [Fact]
    public async Task A_model_trained_before_or_while_somebody_left_does_not()
    {
        await exclusions.Covered(start.AddHours(-1), default);
        await exclusions.Schedule(default);
        await exclusions.Covered(start, default);
        Assert.Equal(start.AddHours(24), await exclusions.Due(default));
        clock.Advance(TimeSpan.FromHours(4));
        await exclusions.Schedule(default);
        await exclusions.Covered(start.AddHours(2), default);
        Assert.Equal(start.AddHours(26), await exclusions.Due(default));
    }

    [Fact]
    public async Task A_model_that_is_late_is_alarmed()
    {
        await exclusions.Schedule(default);
        clock.Advance(TimeSpan.FromDays(9));
        // Nobody is in a model that does not exist.
        Assert.Equal(0, Overdue());
        await exclusions.Covered(clock.GetUtcNow(), default);
        clock.Advance(TimeSpan.FromHours(1));
        await exclusions.Schedule(default);
        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, Overdue());
        clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(7200, Overdue());
    }

    private double Overdue()
    {
        var seen = -1.0;
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter == meter) l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => seen = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        await storage.DisposeAsync();
        meter.Dispose();
    }
}
