namespace Personalization.Events.Streaming;

/// <summary>Where something unusable was found and why it was, without what it said.</summary>
/// <param name="Id">Partition and place, by which it is found again.</param>
/// <param name="Hub">The stream; <c>intake</c> for what never reached one.</param>
/// <param name="Partition">Of the stream.</param>
/// <param name="Sequence">Its place there; for the intake a number of its own.</param>
/// <param name="At">When the stream or the intake took it.</param>
/// <param name="Reason">A word of ours, or a field with what is wrong about it.</param>
/// <param name="Type">The kind of event, where it could be told.</param>
/// <param name="Bytes">Its size.</param>
public sealed record DeadLetter(string Id, string Hub, string Partition, long Sequence, DateTimeOffset At, string Reason, string? Type, int Bytes);
