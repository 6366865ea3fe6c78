using System.Diagnostics.Metrics;
using System.Text;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Events.Reading;

namespace Personalization.Tests.Events;

/// <summary>A sender that breaks without breaking a contract is noticed, once it has sent a window of a thousand.</summary>
public sealed class EventShapesTests : IDisposable
{
    private static readonly CatalogueSnapshot Catalogue = CatalogueSnapshot.Empty.With(Enumerable.Range(0, 500).Select(i => new Item { Id = $"i{i}", Category = "c" }));

    private readonly Meter meter = new("shapes");
    private readonly MeterListener listener = new();
    private readonly List<string> breaches = [];
    private readonly EventShapes shapes;

    public EventShapesTests()
    {
        shapes = new(meter);
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == meter) l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, n, tags, _) => breaches.Add(string.Join(' ', tags.ToArray().Select(t => t.Value)) + (n == 1 ? "" : $" {n}")));
        listener.Start();
    }

    [Fact]
    public void Behaviour_that_stays_as_it_was_is_no_breach()
    {
        for (var window = 0; window < 5; window++) Send(1000, i => Body(i, $"i{(i * 7) % 500}", session: i % 10 != window, value: 1 + (i % 20)));
        Assert.Empty(breaches);
        Assert.Equal((5000, 0), (Report().Events, Report().Breaches));
    }

    [Fact]
    public void A_field_that_vanishes_is_counted_when_the_window_is_full_and_not_before()
    {
        Send(1000, i => Body(i, $"i{i % 500}", session: true));
        Send(999, i => Body(i, $"i{i % 500}", session: false));
        Assert.Empty(breaches);
        Send(1, i => Body(i, "i1", session: false));
        Assert.Equal(["purchase session share-missing"], breaches);
        Assert.Equal(1, Report().Breaches);
        Assert.Equal((1, 0.1), Report().Fields.Where(f => f.Field == "session").Select(f => (f.NullRate, f.Usual)).Single());
    }

    [Fact]
    public void Items_that_are_always_the_same_are_a_breach()
    {
        Send(1000, i => Body(i, $"i{i % 500}"));
        Send(1000, i => Body(i, "i3"));
        Assert.Equal(["purchase item cardinality"], breaches);
        Assert.Equal(1, Report().DistinctItems);
    }

    [Fact]
    public void Items_nobody_knows_are_a_breach()
    {
        Send(1000, i => Body(i, $"i{i % 500}"));
        Send(1000, i => Body(i, $"wrong-{i % 500}"));
        Assert.Equal(["purchase item-known share-missing"], breaches);
    }

    [Fact]
    public void Values_that_jump_are_a_breach()
    {
        Send(1000, i => Body(i, $"i{i % 500}", value: 1 + (i % 20)));
        Send(1000, i => Body(i, $"i{i % 500}", value: i == 500 ? 2001 : 1 + (i % 20)));
        Assert.Equal(["purchase value range"], breaches);
    }

    [Fact]
    public void What_is_not_accepted_and_other_types_do_not_count()
    {
        Send(1000, i => Body(i, $"i{i % 500}", session: true));
        Send(1000, i => Body(i, $"i{i % 500}"), Verdict.Dropped("no"));
        Send(1000, i => Body(i, "i1").Replace("purchase", "view", StringComparison.Ordinal));
        Assert.Empty(breaches);
        Assert.Equal((1000, 2), (Report().Events, shapes.Report().Count));
    }

    public void Dispose()
    {
        listener.Dispose();
        meter.Dispose();
    }

    private EventShapeReport Report() => shapes.Report().Single(r => r.Type == "purchase");

    private static string Body(int i, string item, bool session = false, double? value = null) =>
        $$"""{"id":"e{{i}}","type":"purchase","visitor":"v","item":"{{item}}"{{(session ? ",\"session\":\"s\"" : "")}}{{(value is null ? "" : $",\"value\":{value}")}}}""";

    private void Send(int count, Func<int, string> body, Verdict? verdict = null)
    {
        var batch = new EventBatch();
        Assert.True(EventBody.Read(batch, Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, count).Select(body)) + "]"), EventFormat.Json, 1000));
        for (var i = 0; i < batch.Count; i++)
        {
            ref var e = ref batch[i];
            e.Verdict = verdict ?? Verdict.Accepted;
        }

        shapes.Note(batch, Catalogue);
    }
}
