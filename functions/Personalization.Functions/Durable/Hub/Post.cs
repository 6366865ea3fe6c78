using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Hub;

/// <summary>
/// Letters between instances. One is taken off its sender's outbox only after it came, so it may come twice: who receives it
/// remembers by sender which came last.
/// </summary>
internal static class Post
{
    /// <summary>What the addressee becomes; null leaves it as it is.</summary>
    /// <param name="there">The addressee, null where there is none.</param>
    /// <param name="from">By the start of the sender its letters are counted.</param>
    /// <param name="letter">What is delivered.</param>
    /// <param name="now">When.</param>
    /// <param name="refused">Told where a child cannot be started.</param>
    public static Instance? Receive(Instance? there, string from, Letter letter, DateTimeOffset now, out bool refused)
    {
        refused = false;
        switch (letter.ContentCase)
        {
            case Letter.ContentOneofCase.Start: return Child(there, letter, now, out refused);
            case Letter.ContentOneofCase.Event when there?.Lives() == true && !Known(there, from, letter):
                there.Inbox.Add(InstanceRules.Event(now, new() { EventRaised = letter.Event }));
                return there;
            case Letter.ContentOneofCase.Ended when there?.Lives() == true && there.Run == letter.Ended.Parent.Run && !Known(there, from, letter):
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

    private static Instance? Child(Instance? there, Letter letter, DateTimeOffset now, out bool refused)
    {
        var mine = there?.Parent?.Equals(letter.Start.Parent) == true;
        refused = !mine && there?.Lives() == true;
        return mine || refused ? null : InstanceRules.Begin(letter.To, letter.Start.Name, letter.Start.Input, letter.Start.Parent, now);
    }

    private static bool Known(Instance there, string from, Letter letter)
    {
        if (there.Received.TryGetValue(from, out var last) && last >= letter.Number) return true;
        there.Received[from] = letter.Number;
        return false;
    }

    private static HistoryEvent Outcome(ChildEnded ended) => ended.Failed
        ? new() { SubOrchestrationFailed = new() { TaskScheduledId = ended.Parent.Task, FailureDetails = ended.Failure } }
        : new() { SubOrchestrationCompleted = new() { TaskScheduledId = ended.Parent.Task, Result = ended.Result } };
}
