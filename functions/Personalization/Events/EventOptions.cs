namespace Personalization.Events;

/// <param name="MaxSkew">How far ahead of us a sender's clock may be.</param>
/// <param name="MaxAge">Events older than this are dropped: what they say has faded.</param>
/// <param name="MaxBatch">Events in one request.</param>
/// <param name="MaxAtOnce">Requests worked on at the same time; more are told to come again.</param>
public sealed record EventOptions(TimeSpan MaxSkew, TimeSpan MaxAge, int MaxBatch, int MaxAtOnce)
{
    public const int MaxItems = 100;
    public const int MaxQuery = 1000;

    public static EventOptions Read(Settings s) => new(
        s.Time("Events:MaxSkew", TimeSpan.FromMinutes(5), TimeSpan.Zero, TimeSpan.FromHours(24), "how far in the future an event's time may lie"),
        s.Time("Events:MaxAge", TimeSpan.FromDays(7), TimeSpan.FromMinutes(1), TimeSpan.FromDays(90), "how old an event may be before it is dropped"),
        s.Int("Events:MaxBatch", 1000, 1, 10_000, "events in one request"),
        s.Int("Events:MaxAtOnce", 256, 1, 100_000, "requests with events worked on at the same time before further ones get 429"));
}
