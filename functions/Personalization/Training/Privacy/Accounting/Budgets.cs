using Personalization.Storage;

namespace Personalization.Training.Privacy.Accounting;

/// <summary>
/// How much of each dataset's privacy may still be given away. A release is noted before anything is released: whoever dies
/// between the two has spent and not released, never the other way round. Nothing gives a budget back;
/// <see cref="RenewableBudget"/> begins another beside it.
/// </summary>
/// <param name="documents">Where the books are.</param>
/// <param name="most">ρ that may be lost of one dataset in all.</param>
/// <param name="time">For when a release was noted.</param>
public sealed class Budgets(IDocuments documents, Rho most, TimeProvider time)
{
    public static readonly Store Store = new(
        "privacybudgets", StoreKind.Documents, "training", "Keeps how much of what people did was given away in models and counts, so that it is never more than promised",
        Sensitivity.Aggregate, null, "the dataset", SubjectKey.None);

    private const string Book = "book";

    /// <summary>Notes a release about people in a dataset. Who asks twice pays twice: the second one is another release, with other noise.</summary>
    /// <param name="dataset">Whose people; all that is made of the same people is one dataset.</param>
    /// <exception cref="StoreUnavailableException">It may be noted or not; nothing may be released.</exception>
    public async ValueTask<Noted> Note(string dataset, string what, Rho cost, CancellationToken stop)
    {
        if (!(cost.Value > 0) || !double.IsFinite(cost.Value)) throw new ArgumentOutOfRangeException(nameof(cost), "a release costs something, and not without end");
        Noted noted = new Noted.Broken();
        var release = new NotedRelease(what, cost.Value, time.GetUtcNow());
        var written = await DocumentUpdate.Run(documents, Store, dataset, Book, there => (noted = Decide(there, release, most)).Body, time, stop);
        return written || noted is not Noted.Permitted ? noted : throw new InvalidOperationException("What is permitted was not noted.");
    }

    /// <summary>What was spent; null where the book cannot be read.</summary>
    public async ValueTask<BudgetBook?> Show(string dataset, CancellationToken stop)
    {
        var found = await documents.Get(Store, dataset, Book, stop);
        return found.Status == Status.NotFound ? BudgetBook.Empty(most) : BudgetBook.Read(found.Required(Store).Body);
    }

    /// <summary>A book that cannot be read is never taken for an empty one.</summary>
    private static Noted Decide(ReadOnlyMemory<byte>? there, NotedRelease release, Rho most)
    {
        var book = there is { } body ? BudgetBook.Read(body) : BudgetBook.Empty(most);
        if (book is null) return new Noted.Broken();
        return book.With(release, most) is { } next ? new Noted.Permitted(new(new(release.Rho)), next) : new Noted.Refused(new(Math.Max(0, book.Limit(most) - book.Spent)));
    }
}

/// <summary>What became of noting a release.</summary>
public abstract record Noted
{
    private Noted()
    {
    }

    /// <summary>What is written; null for nothing.</summary>
    internal virtual ReadOnlyMemory<byte>? Body => null;

    /// <summary>It is noted, and may be done once.</summary>
    public sealed record Permitted(Permit Permit, BudgetBook Book) : Noted
    {
        internal override ReadOnlyMemory<byte>? Body => Book.Body();
    }

    /// <summary>It would go past the budget.</summary>
    public sealed record Refused(Rho Left) : Noted;

    /// <summary>The book cannot be read, so nobody knows what is left.</summary>
    public sealed record Broken : Noted;
}
