using Personalization.Events.Reading;

namespace Personalization.Events;

/// <summary>What a sender calls an event, as a key that does not give the name away.</summary>
internal static class EventNames
{
    private const int MaxName = 4096;

    /// <summary>The key of source and id together; never 0, which means none.</summary>
    public static ulong Id(KeyedHash names, EventBatch events, in IncomingEvent e)
    {
        var source = events.Text(e.Source);
        var id = events.Text(e.Id);
        if (source.IsEmpty) return Math.Max(1, names.Of(id));
        Span<byte> both = stackalloc byte[MaxName];
        source.CopyTo(both);
        both[source.Length] = 0;
        id.CopyTo(both[(source.Length + 1)..]);
        return Math.Max(1, names.Of(both[..(source.Length + 1 + id.Length)]));
    }
}
