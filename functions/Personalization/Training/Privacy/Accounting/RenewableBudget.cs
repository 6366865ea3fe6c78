using System.Diagnostics.Metrics;
using System.Globalization;
using Personalization.Audit;
using Personalization.Storage;

namespace Personalization.Training.Privacy.Accounting;

/// <summary>
/// One dataset's budget, which an operator may begin anew: the next book is noted in from then on, and those before stay to be read. One
/// document says which is in force, so a crash leaves either the one before or the next. A renewal forgets nothing: whoever
/// is in both lost what both say.
/// </summary>
public sealed class RenewableBudget
{
    private const string Pointer = "renewals";

    private readonly IDocuments documents;
    private readonly string dataset;
    private readonly PrivateOptions options;
    private readonly Budgets budgets;
    private readonly AuditLog audit;
    private readonly TimeProvider time;
    private int models = -1;

    public RenewableBudget(IDocuments documents, string dataset, PrivateOptions options, AuditLog audit, TimeProvider time, Meter meter)
    {
        (this.documents, this.dataset, this.options, this.audit, this.time) = (documents, dataset, options, audit, time);
        budgets = new(documents, options.Most, time);
        meter.CreateObservableGauge("personalization.training.budget.models", Left, description: "Private models that the privacy budget still pays for, as it was last read");
    }

    public PrivateOptions Options => options;

    /// <inheritdoc cref="Budgets.Note"/>
    public async ValueTask<Noted> Note(string what, Rho cost, CancellationToken stop) =>
        (await Renewals(stop)).Known is { } known ? await budgets.Note(BudgetRenewals.Book(dataset, known.Generation), what, cost, stop) : new Noted.Broken();

    /// <summary>What is spent and left, also of budgets before; null where a book, or which is in force, cannot be read.</summary>
    public async ValueTask<BudgetState?> Show(CancellationToken stop)
    {
        var state = await Read(stop);
        // What cannot be read pays for nothing, and whoever is told of none left should hear of it.
        Volatile.Write(ref models, state?.Models ?? 0);
        return state;
    }

    private async ValueTask<BudgetState?> Read(CancellationToken stop)
    {
        if ((await Renewals(stop)).Known is not { } known) return null;
        var books = new List<BudgetBook>();
        for (var generation = 1; generation <= known.Generation; generation++)
        {
            if (await budgets.Show(BudgetRenewals.Book(dataset, generation), stop) is not { } book) return null;
            books.Add(book);
        }

        return new(options, known, books);
    }

    /// <summary>Begins the next budget. One of which nothing is spent is not renewed, so asking twice renews once.</summary>
    public async ValueTask<Renewed> Renew(string reason, CancellationToken stop)
    {
        var (known, when) = await Renewals(stop);
        if (known is null || await Show(stop) is not { } state) return new Renewed.Broken();
        if (state.Renewals.Generation != known.Generation || state.Now.Spent == 0) return new Renewed.Unspent();
        var next = known.With(new(time.GetUtcNow(), reason));
        // Told before it is done: no budget is ever renewed that nobody hears of.
        await audit.Append(new(AuditTypes.BudgetRenewed, null, Said(state, next.Generation, reason)), CancellationToken.None);
        var put = await documents.Put(Budgets.Store, dataset, Pointer, next.Body(), when, null, CancellationToken.None);
        // Somebody else did it meanwhile, and nothing is spent of theirs.
        if (put.Status == Status.Conflict) return new Renewed.Unspent();
        put.Required(Budgets.Store);
        return await Show(CancellationToken.None) is { } shown ? new Renewed.Done(shown) : new Renewed.Broken();
    }

    private async ValueTask<(BudgetRenewals? Known, Condition When)> Renewals(CancellationToken stop)
    {
        var found = await documents.Get(Budgets.Store, dataset, Pointer, stop);
        return found.Status == Status.NotFound ? (BudgetRenewals.None, Condition.Absent) : (BudgetRenewals.Read(found.Required(Budgets.Store).Body), Condition.Matches(found.Value.Etag));
    }

    private Dictionary<string, string> Said(BudgetState state, int generation, string reason) => new(StringComparer.Ordinal)
    {
        ["dataset"] = dataset, ["generation"] = generation.ToString(CultureInfo.InvariantCulture), ["spent"] = state.Spent.ToString(), ["together"] = state.Together.ToString(), ["reason"] = reason,
    };

    private IEnumerable<Measurement<int>> Left() => Volatile.Read(ref models) is >= 0 and var left ? [new(left)] : [];
}

/// <summary>What became of renewing a budget.</summary>
public abstract record Renewed
{
    private Renewed()
    {
    }

    public sealed record Done(BudgetState State) : Renewed;

    /// <summary>Nothing was spent of the one there is.</summary>
    public sealed record Unspent : Renewed;

    /// <summary>A book cannot be read.</summary>
    public sealed record Broken : Renewed;
}
