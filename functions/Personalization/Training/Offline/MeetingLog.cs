using Personalization.Training.Learning;

namespace Personalization.Training.Offline;

/// <summary>Meetings in the order of their times, with the names of items. People have numbers only.</summary>
public sealed record MeetingLog(IReadOnlyList<Meeting> Meetings, int People, IReadOnlyList<string> Items)
{
    /// <summary>Who met what before a moment.</summary>
    public Interactions Before(long moment) => Meeting.Together(Meetings.TakeWhile(m => m.At < moment), People, Items.Count);
}
