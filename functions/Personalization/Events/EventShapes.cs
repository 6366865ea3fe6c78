using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Events.Reading;

namespace Personalization.Events;

/// <summary>
/// Watches what senders send: a field that is suddenly missing, values that leave their range, item ids nobody knows or
/// that are always the same. A sender that breaks this way breaks no contract, and without this nobody would notice.
/// </summary>
public sealed class EventShapes
{
    private readonly Lock gate = new();
    private readonly EventShape[] shapes;
    private readonly Counter<long> breaches;

    public EventShapes(Meter meter)
    {
        breaches = meter.CreateCounter<long>("personalization.events.shape.breaches", description: "Windows of events whose fields are not distributed as before");
        shapes = [.. EventTypes.All.Select(r => new EventShape(r))];
    }

    /// <summary>Takes in the accepted events of a request; one lock for all of them.</summary>
    public void Note(EventBatch events, CatalogueSnapshot catalogue)
    {
        lock (gate)
        {
            for (var i = 0; i < events.Count; i++)
            {
                ref var e = ref events[i];
                if (e.Verdict.Kind != VerdictKind.Accepted) continue;
                var shape = shapes[(int)e.Type - 1];
                if (shape.Note(e, events.Items(e).Span, catalogue)) Close(shape);
            }
        }
    }

    public IReadOnlyList<EventShapeReport> Report()
    {
        lock (gate) return [.. shapes.Where(s => s.Windows > 0 || s.Seen > 0).Select(s => s.Report())];
    }

    private void Close(EventShape shape)
    {
        foreach (var (field, what) in shape.Close())
            breaches.Add(1, new("type", shape.Rule.Name), new("field", field), new("breach", what));
    }
}
