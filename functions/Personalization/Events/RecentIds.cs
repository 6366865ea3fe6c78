namespace Personalization.Events;

/// <summary>
/// The events this process took lately, so that a resend is told it is one. It forgets the older of two that share a
/// place; a resend it has forgotten, or that reaches another process, still has no effect: the profile knows its last events.
/// </summary>
public sealed class RecentIds
{
    private const int Places = 1 << 18;
    private readonly ulong[] places = new ulong[Places];

    public bool Holds(ulong id) => Volatile.Read(ref places[id & (Places - 1)]) == id;

    public void Add(ulong id) => Volatile.Write(ref places[id & (Places - 1)], id);
}
