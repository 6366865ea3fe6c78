namespace Personalization.Identity;

/// <summary>The epochs whose salts are there, oldest first. Never changes.</summary>
public sealed class EpochSet(IReadOnlyList<Epoch> epochs)
{
    /// <summary>
    /// For so long after a rotation there may be processes that have not heard of it. Who is new meanwhile is entered under
    /// the epoch before as well, where old and new processes meet and only one can be first. No rotation follows sooner.
    /// </summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    public Epoch Current { get; } = epochs[^1];

    public IReadOnlyList<Epoch> All => epochs;

    /// <summary>Those that may still be used, newest first.</summary>
    public IEnumerable<Epoch> Live(DateTimeOffset now)
    {
        for (var i = epochs.Count - 1; i >= 0; i--)
            if (epochs[i].Ends is not { } ends || ends > now) yield return epochs[i];
    }

    /// <summary>Where someone is entered, oldest first.</summary>
    public IReadOnlyList<Epoch> Entering(DateTimeOffset now) =>
        Current.Since + Settling <= now ? [Current] : [.. Live(now).Take(2).Reverse()];

    /// <summary>The epoch new visitor tokens are of: one that every process knows.</summary>
    public Epoch Issuing(DateTimeOffset now) => Entering(now)[0];

    /// <summary>
    /// The hash for names of a time in Unix milliseconds. An event that is sent again says the same time, so it keeps its
    /// name when a rotation lies between; and for names an epoch begins when every process knows of it, which is also longer
    /// than a sender's clock may be ahead.
    /// </summary>
    public KeyedHash NamesAt(long at)
    {
        for (var i = epochs.Count - 1; i > 0; i--)
            if (at >= (epochs[i].Since + Settling).ToUnixTimeMilliseconds()) return epochs[i].Names;
        return epochs[0].Names;
    }
}
