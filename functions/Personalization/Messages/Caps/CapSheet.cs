using Personalization.Identity;
using Personalization.Identity.Merging;

namespace Personalization.Messages.Caps;

/// <summary>
/// What one document of caps says. The showings of a side are in force in one document at a time, its home: its own, or that of
/// the smallest subject of its person, which has it among <see cref="Joined"/> while its own says so in <see cref="Home"/>.
/// Counts and reservations only ever go up, so copies may be joined in any order and as often as one likes.
/// </summary>
/// <param name="Home">Where the showings of this subject are; null where that is here.</param>
/// <param name="Joined">Other sides whose home this is.</param>
/// <param name="Counts">Showings that were confirmed.</param>
/// <param name="Reservations">Those that were promised, by key.</param>
public sealed record CapSheet(Subject? Home, IReadOnlyList<Subject> Joined, CapCounts Counts, IReadOnlyDictionary<ShowingKey, Reservation> Reservations)
{
    /// <summary>More at once is nobody who looks at messages.</summary>
    public const int MaxReservations = 400;

    /// <summary>So long a window is remembered after its end: who asks may say a time a moment ago, and clocks differ.</summary>
    public static readonly TimeSpan Late = TimeSpan.FromHours(1);

    public static CapSheet None { get; } = new(null, [], CapCounts.None, new Dictionary<ShowingKey, Reservation>());

    /// <summary>Whether this is the home of exactly these and holds nothing of anybody else. The first is whose document it is.</summary>
    public bool IsHomeOf(IReadOnlyList<Subject> members) =>
        Home is null && Joined.Count == members.Count - 1 && Joined.All(members.Contains) && Strangers(members).Count == 0;

    /// <summary>Whoever is in here, or has something in here, and is none of these.</summary>
    public IReadOnlyList<Subject> Strangers(IReadOnlyList<Subject> members) =>
        [.. Joined.Concat(Counts.Counts.Keys.Select(k => k.Side)).Concat(Reservations.Values.Select(r => r.Side)).Where(s => !members.Contains(s)).Distinct()];

    /// <summary>How much of a cap these have used up.</summary>
    public int Used(IReadOnlyList<Subject> members, ulong cap, uint window, DateTimeOffset now)
    {
        var used = Counts.Total(members, cap, window);
        var at = now.ToUnixTimeMilliseconds();
        foreach (var r in Reservations.Values)
            if (r.TakesRoom(at) && members.Contains(r.Side) && r.Places.Contains(new(cap, window))) used++;
        return used;
    }

    public bool IsFull => Reservations.Count >= MaxReservations;

    public CapSheet With(IEnumerable<Reservation> more)
    {
        var all = new Dictionary<ShowingKey, Reservation>(Reservations);
        foreach (var r in more) all[r.Key] = r;
        return this with { Reservations = all };
    }

    /// <summary>The showing happened.</summary>
    public CapSheet Confirmed(Reservation one) => With([one with { State = ReservationState.Confirmed }]) with
    {
        Counts = one.Places.Aggregate(Counts, (counts, place) => counts.Shown(one.Side, place.Cap, place.Window)),
    };

    /// <summary>It will not happen.</summary>
    public CapSheet Released(Reservation one) => With([one with { State = ReservationState.Released }]);

    /// <summary>With what another copy knows of one side.</summary>
    public CapSheet Knowing(Subject side, CapSheet other)
    {
        var counts = other.Counts.Counts.Where(c => c.Key.Side == side).ToDictionary();
        var fresh = other.Reservations.Values.Where(r => r.Side == side && !(Reservations.TryGetValue(r.Key, out var own) && own.State >= r.State));
        return With(fresh) with { Counts = Counts.Join(new(counts)) };
    }

    public CapSheet Without(Subject side) => this with
    {
        Joined = [.. Joined.Where(j => j != side)],
        Counts = new(Counts.Counts.Where(c => c.Key.Side != side).ToDictionary()),
        Reservations = Reservations.Where(r => r.Value.Side != side).ToDictionary(),
    };

    /// <summary>Without what counts for nothing any more.</summary>
    public CapSheet Pruned(DateTimeOffset now)
    {
        var at = now.ToUnixTimeMilliseconds();
        return this with
        {
            Counts = new(Counts.Counts.Where(c => !CapWindow.IsOver(c.Key.Window, now - Late)).ToDictionary()),
            Reservations = Reservations.Where(r => !r.Value.IsForgotten(at)).ToDictionary(),
        };
    }
}
