namespace Personalization.Messages;

/// <param name="ReserveFor">How long a message that was answered counts, from when it is to be shown, before that has to be confirmed.</param>
/// <param name="Deadline">How long a decision waits for the person, and then for their caps, before it does without.</param>
public sealed record MessageOptions(TimeSpan ReserveFor, TimeSpan Deadline)
{
    public static MessageOptions Read(Settings s) => new(
        s.Time("Messages:ReserveFor", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(10), TimeSpan.FromDays(1), "how long a message that was answered counts against its caps before its showing has to be confirmed"),
        s.Time("Messages:Deadline", TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), "how long a message decision waits for the person, and then for their caps, before it shows only what needs neither"));
}
