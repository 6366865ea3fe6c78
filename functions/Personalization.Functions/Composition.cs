using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Functions.Triggers;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Functions;

/// <summary>What the application is made of, put together by hand.</summary>
internal sealed record Composition(FunctionTable Table, Catalogue Catalogue, Featurizer Featurizer, Meter Meter)
{
    /// <summary>Every store of the product.</summary>
    public static readonly StoreRegistry Stores = new(
        [Catalogue.Store, Statistics.Store, Profile.Store, VaultFeatures.Store, StreamedEvent.Hub, DeadLetters.Store, TimerRecord.Store]);

    /// <summary>Every feature of the product.</summary>
    public static readonly FeatureRegistry Features = new(Profiles.Features.All);

    public static Composition Build(AppOptions options, State state, TimeProvider time)
    {
        var meter = new Meter(Invocations.Source);
        var documents = state.Documents;
        // Nobody else writes to an embedded directory, so what is in memory never grows old.
        var catalogue = new Catalogue(documents, time, state.Embedded is null ? options.Catalogue : options.Catalogue with { RefreshAfter = TimeSpan.MaxValue });
        var popularity = new PopularityRanking(documents, time);
        var intake = new EventIntake(state.Stream, state.Pseudonyms, time, options.Events);
        var featurizer = new Featurizer(documents, catalogue, new DeadLetters(documents, meter), static (_, _) => new(ConsentState.None), time, meter);
        var recommendations = new Recommendations(
            new ProfileLookup(documents, time, options.Decisions), state.Pseudonyms, catalogue, popularity, new CompanionReader(documents, time), time, meter);
        var table = new FunctionTable(
        [
            .. CatalogueFunctions.All(catalogue),
            .. DecisionFunctions.All(recommendations, popularity),
            .. EventFunctions.All(intake, featurizer),
            .. HealthFunctions.All([new("documents", stop => Writable(documents, stop), time), new("features", _ => new(featurizer.Works), time)]),
        ]);
        return new(table, catalogue, featurizer, meter);
    }

    /// <summary>Reads what the first call would otherwise have to do without. A store that is down now may be up later.</summary>
    public async Task Preload()
    {
        try { await Catalogue.Loaded(CancellationToken.None); }
        catch (StoreUnavailableException) { }
    }

    // A store that answers reads may still be unable to take anything: a full disk, a missing right.
    private static async ValueTask<bool> Writable(IDocuments documents, CancellationToken stop) =>
        (await documents.Put(TimerRecord.Store, "health", "probe", "{}"u8.ToArray(), Condition.None, TimeSpan.FromMinutes(1), stop)).Ok;

    /// <summary>The function table alone, without anybody's state.</summary>
    public static async Task<FunctionTable> TableAlone()
    {
        await using var state = State.InMemory(Stores, TimeProvider.System);
        return Build(AppOptions.Read(new([])), state, TimeProvider.System).Table;
    }
}
