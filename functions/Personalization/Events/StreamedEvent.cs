using Personalization.Storage;

namespace Personalization.Events;

/// <summary>An event as it travels in the stream: no identifier but the subject, no text, only what features are made of.</summary>
public sealed record StreamedEvent(string Subject, string Type, DateTimeOffset At, IReadOnlyList<string> Items)
{
    public static readonly Store Hub = new(
        "behaviour", StoreKind.Stream, "events", "Carries accepted behaviour from the edge to the features it becomes",
        Sensitivity.Sensitive, TimeSpan.FromDays(1), "the partition of the subject", SubjectKey.RecordKey);

    /// <summary>The event in a record's body, or null where the body is something else.</summary>
    public static StreamedEvent? Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.StreamedEvent) is { Subject.Length: 32, Type: not null, Items: not null } e && !e.Items.Contains(null!) ? e : null;
}
