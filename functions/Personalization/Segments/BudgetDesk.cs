using Personalization.Publishing;

namespace Personalization.Segments;

/// <summary>Where marketers reserve places for campaigns and see what is reserved.</summary>
public sealed class BudgetDesk(Published<Reservations> published, SegmentBudget budget, TierOptions options, TimeProvider time)
{
    /// <summary>So many are kept; what is over goes by itself.</summary>
    public const int Most = 1000;

    /// <returns>Null where more would be reserved than there are places.</returns>
    public async ValueTask<BudgetShown?> Reserve(Reservation wanted, CancellationToken stop)
    {
        var done = await published.Change(known => Book(known, wanted), stop);
        return done is { } now ? Shown(now) : null;
    }

    // Not by a conditional expression, whose null would become an empty body.
    private ReadOnlyMemory<byte>? Book(Reservations known, Reservation wanted)
    {
        if (known.With(wanted, options.Singletons, Now) is { Reservations.Count: <= Most } book) return book.Body();
        return null;
    }

    public async ValueTask<BudgetShown> Show(CancellationToken stop) => Shown(await published.Fresh(stop));

    private uint Now => (uint)time.GetUtcNow().ToUnixTimeSeconds();

    private BudgetShown Shown(Reservations all) => new(options.Singletons, options.Window, budget.Held, all.Left(Now));
}

/// <param name="Singletons">Places of one process; 0 for any number.</param>
/// <param name="Window">After which all are free again.</param>
/// <param name="Held">Places taken in the process that answered.</param>
/// <param name="Reservations">Those that are not over.</param>
public sealed record BudgetShown(int Singletons, TimeSpan Window, int Held, IReadOnlyList<Reservation> Reservations);
