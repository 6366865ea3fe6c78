using Personalization.Identity;

namespace Personalization.Messages.Caps;

/// <summary>Which showing it is: the number of its decision, and its place in it.</summary>
public readonly record struct ShowingKey(ulong Decision, byte Slot);

/// <summary>What one showing counts in.</summary>
public readonly record struct CapPlace(ulong Cap, uint Window);

/// <summary>A showing that was promised room under its caps.</summary>
/// <param name="Key">Which.</param>
/// <param name="Side">To whom.</param>
/// <param name="Places">What it counts in.</param>
/// <param name="Until">When the promise lapses, in Unix milliseconds.</param>
/// <param name="State">What became of it.</param>
public sealed record Reservation(ShowingKey Key, Subject Side, IReadOnlyList<CapPlace> Places, long Until, ReservationState State)
{
    /// <summary>So long it is remembered what became of one, for who asks again.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    /// <summary>Whether it takes room: promised, not lapsed, and not in the counts yet.</summary>
    public bool TakesRoom(long now) => State == ReservationState.Open && now < Until;

    public bool IsForgotten(long now) => now >= Until + (long)Remembered.TotalMilliseconds;
}

/// <summary>In an order in which it only ever goes up, so of two copies the larger is the later.</summary>
public enum ReservationState : byte { Open, Released, Confirmed }
