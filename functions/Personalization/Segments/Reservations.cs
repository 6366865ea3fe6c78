using Personalization.Publishing;
using Personalization.Rules;

namespace Personalization.Segments;

/// <summary>Places kept for campaigns, as the version in force has them. Immutable; what is over has no say.</summary>
public sealed class Reservations
{
    public static readonly Reservations None = new([]);

    public static readonly Artefact<Reservations> Artefact = new("segments", None, (_, body) => ReservationBook.Read(body) is { } book ? Of(book) : null);

    private readonly Held[] held;

    private Reservations(Held[] held) => this.held = held;

    /// <summary>Of a book nothing is wrong with.</summary>
    public static Reservations Of(ReservationBook book) => new([.. book.Reservations!.Select(r => new Held(CompiledRules.KeyOf(r.Campaign!), r.Singletons!.Value, Seconds(r.From!), Seconds(r.Until!), r))]);

    /// <summary>How many places a campaign has at a time, in Unix seconds.</summary>
    public int Of(ulong campaign, uint now)
    {
        foreach (var one in held)
            if (one.Campaign == campaign && one.Holds(now)) return one.Singletons;
        return 0;
    }

    /// <summary>How many places all campaigns have together at a time.</summary>
    public int All(uint now)
    {
        var all = 0;
        foreach (var one in held)
            if (one.Holds(now)) all += one.Singletons;
        return all;
    }

    /// <summary>Those that are not over.</summary>
    public IReadOnlyList<Reservation> Left(uint now) => [.. held.Where(h => h.Until > now).Select(h => h.Said)];

    /// <summary>With one more, in place of what the campaign had; 0 places for none. Null where at any time more would be reserved than there are.</summary>
    /// <param name="wanted">Nothing is wrong with it.</param>
    /// <param name="most">Places there are; 0 for any number.</param>
    /// <param name="now">What is over by then goes.</param>
    public ReservationBook? With(Reservation wanted, int most, uint now)
    {
        var others = Left(now).Where(r => r.Campaign != wanted.Campaign).ToList();
        var all = wanted.Singletons == 0 ? others : [.. others, wanted];
        return most == 0 || Of(new ReservationBook { Reservations = all }).Peak <= most ? new() { Reservations = all } : null;
    }

    // Their sum grows only where one begins.
    private long Peak => held.Select(h => held.Where(o => o.Holds(h.From)).Sum(o => (long)o.Singletons)).DefaultIfEmpty().Max();

    private static uint Seconds(string time) => (uint)RuleTexts.Time(time)!.Value.ToUnixTimeSeconds();

    private readonly record struct Held(ulong Campaign, int Singletons, uint From, uint Until, Reservation Said)
    {
        public bool Holds(uint now) => now >= From && now < Until;
    }
}
