namespace Personalization.Functions.Hosting.Security;

/// <summary>The allowance of whoever calls, for calls that do more than one thing at once.</summary>
internal sealed class Spending(RateLimits limits, int caller)
{
    /// <summary>Takes as many events from the caller's allowance; how long to wait where that is more than there is.</summary>
    public TimeSpan? Refuse(int events) => limits.RefuseEvents(caller, events);
}
