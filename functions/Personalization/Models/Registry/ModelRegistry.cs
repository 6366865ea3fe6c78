using Personalization.Storage;

namespace Personalization.Models.Registry;

/// <summary>
/// The models there are. First the file is written, then the card, and both only once: a crash in between leaves a file nobody
/// can promote, and whoever registers the same model again finishes it.
/// </summary>
public sealed class ModelRegistry(IDocuments documents, ModelFiles files, TimeProvider time)
{
    public static readonly Store Store = new(
        "modelcards", StoreKind.Documents, "training", "Says of each model what it was trained on, how, and how good it is, so that it can be judged and proved later",
        Sensitivity.Aggregate, null, "one partition for all", SubjectKey.None);

    private const string Place = "cards";
    private const int PageSize = 100;

    public ModelFiles Files => files;

    /// <summary>Keeps a model and what is known of it. The same may be kept twice.</summary>
    /// <exception cref="ArgumentException">It has no name a model may have.</exception>
    /// <exception cref="InvalidOperationException">There is another model, or another card, of this name.</exception>
    public async ValueTask<ModelCard> Keep(FactorModel model, ModelFacts facts, CancellationToken stop)
    {
        if (!ModelNames.IsName(model.Name)) throw new ArgumentException($"A model's name {ModelNames.Form}.", nameof(model));
        var (promotion, format) = await files.Keep(model, stop);
        var card = new ModelCard(model.Name, time.GetUtcNow(), promotion.Sha256, format, model.TrainedAt, model.Spectrum.Length, Written(facts));
        var put = await documents.Put(Store, Place, model.Name, card.Body(), Condition.Absent, null, stop);
        if (put.Status != Status.Conflict)
        {
            put.Required(Store);
            return card;
        }

        var known = await Find(model.Name, stop);
        if (known is null || !Same(known, card)) throw new InvalidOperationException("There is another card of this name.");
        return known;
    }

    /// <summary>Null where there is none.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public async ValueTask<ModelCard?> Find(string model, CancellationToken stop)
    {
        if (!ModelNames.IsName(model)) return null;
        var found = await documents.Get(Store, Place, model, stop);
        if (found.Status == Status.NotFound) return null;
        return ModelCard.Read(found.Required(Store).Body) ?? throw new InvalidDataException("The card of a model is damaged; restore it from a backup.");
    }

    /// <summary>Every card that can be read, the newest first.</summary>
    public async ValueTask<IReadOnlyList<ModelCard>> All(CancellationToken stop)
    {
        var all = new List<ModelCard>();
        for (string? next = null; ;)
        {
            var page = (await documents.List(Store, Place, next, PageSize, stop)).Required(Store);
            foreach (var document in page.Items)
                if (ModelCard.Read(document.Body) is { } card) all.Add(card);
            if ((next = page.Next) is null) break;
        }

        return [.. all.OrderByDescending(c => c.RegisteredAt).ThenBy(c => c.Model, StringComparer.Ordinal)];
    }

    // Who registers again does so at another time.
    private static bool Same(ModelCard known, ModelCard card) => known.Body().AsSpan().SequenceEqual((card with { RegisteredAt = known.RegisteredAt }).Body());

    private static ModelFacts Written(ModelFacts facts) => facts with
    {
        Metrics = [.. facts.Metrics.Select(m => m.Written())],
        Against = facts.Against is { } against ? against with { Metrics = [.. against.Metrics.Select(m => m.Written())] } : null,
        Parameters = new SortedDictionary<string, string>(facts.Parameters.ToDictionary(), StringComparer.Ordinal),
    };
}
