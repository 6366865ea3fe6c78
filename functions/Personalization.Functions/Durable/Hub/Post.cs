using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Hub;

/// <summary>
/// Letters between instances. One is taken off its sender's outbox only after it came, so it may come twice: who receives it
/// remembers by sender which came last.
/// </summary>
internal static class Post
{
    /// <summary>
    /// How many senders are remembered, those who wrote last. A letter comes again only where its sender's process died right after
    /// it came; that this many others write before the sender is taken up again does not happen.
    /// </summary>
    private const int Remembered = 1_000;

    /// <summary>What the addressee becomes; null leaves it as it is.</summary>
    /// <param name="there">The addressee, null where there is none.</param>
    /// <param name="from">By the start of the sender its letters are counted.</param>
    /// <param name="letter">What is delivered.</param>
    /// <param name="now">When.</param>
    /// <param name="came">What became of the letter.</param>
    public static Instance? Receive(Instance? there, string from, Letter letter, DateTimeOffset now, out Reception came)
    {
        came = Reception.Taken;
        switch (letter.ContentCase)
        {
            case Letter.ContentOneofCase.Start: return Child(there, letter, now, out came);
            case Letter.ContentOneofCase.Event when there?.Lives() == true && !Known(there, from, letter):
                there.Inbox.Add(InstanceRules.Event(now, new() { EventRaised = letter.Event }));
                return there;
            // The end of one child is heard once by itself: the first for a step counts.
            case Letter.ContentOneofCase.Ended when there?.Lives() == true && there.Run == letter.Ended.Parent.Run:
                there.Inbox.Add(InstanceRules.Event(now, Outcome(letter.Ended)));
                return there;
            default: return null;
        }
    }

    /// <summary>What a parent hears of a child that could not be started.</summary>
    public static HistoryEvent Refusal(Letter letter, DateTimeOffset now) => InstanceRules.Event(now, Outcome(new()
    {
        Parent = letter.Start.Parent, Failed = true, Failure = new() { ErrorType = "InstanceExists", ErrorMessage = "Under the id of the child another instance is at work." },
    }));

    private static Instance? Child(Instance? there, Letter letter, DateTimeOffset now, out Reception came)
    {
        came = Reception.Taken;
        if (there?.Parent?.Equals(letter.Start.Parent) == true) return null;
        if (there is not null) came = there.Lives() ? Reception.Refused : there.MayGo() ? Reception.Taken : Reception.Later;
        return came != Reception.Taken ? null : InstanceRules.Begin(letter.To, letter.Start.Name, letter.Start.Input, letter.Start.Parent, now);
    }

    private static bool Known(Instance there, string from, Letter letter)
    {
        var sender = there.Received.FirstOrDefault(s => s.Origin == from);
        if (sender?.LastLetter >= letter.Number) return true;
        if (sender is not null) there.Received.Remove(sender);
        if (there.Received.Count == Remembered) there.Received.RemoveAt(0);
        there.Received.Add(new Sender { Origin = from, LastLetter = letter.Number });
        return false;
    }

    private static HistoryEvent Outcome(ChildEnded ended) => ended.Failed
        ? new() { SubOrchestrationFailed = new() { TaskScheduledId = ended.Parent.Task, FailureDetails = ended.Failure } }
        : new() { SubOrchestrationCompleted = new() { TaskScheduledId = ended.Parent.Task, Result = ended.Result } };
}

/// <summary>What became of a letter where it was brought.</summary>
internal enum Reception
{
    Taken,

    /// <summary>A child cannot be started: its parent is told so.</summary>
    Refused,

    /// <summary>It stays with its sender and is brought again.</summary>
    Later,
}
