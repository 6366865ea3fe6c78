using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Functions.Triggers;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Functions;

/// <summary>What the application is made of, put together by hand.</summary>
internal sealed record Composition(FunctionTable Table, Featurizer Featurizer, Meter Meter)
{
    /// <summary>Every store of the product.</summary>
    public static readonly StoreRegistry Stores = new(
        [Catalogue.Store, PopularityShard.Store, Profile.Store, StreamedEvent.Hub, DeadLetters.Store, TimerRecord.Store]);

    public static Composition Build(AppOptions options, State state, TimeProvider time)
    {
        var meter = new Meter(Invocations.Source);
        var documents = state.Documents;
        var catalogue = new Catalogue(documents, time, options.Catalogue);
        var popularity = new PopularityRanking(documents, time);
        var intake = new EventIntake(state.Stream, state.Pseudonyms, time, options.Events);
        var featurizer = new Featurizer(documents, catalogue, new PopularityCount(documents), new DeadLetters(documents, meter), meter);
        var recommendations = new Recommendations(documents, state.Pseudonyms, catalogue, popularity, time, options.Decisions, meter);
        var table = new FunctionTable(
        [
            .. CatalogueFunctions.All(catalogue),
            .. DecisionFunctions.All(recommendations, popularity),
            .. EventFunctions.All(intake, featurizer),
            .. HealthFunctions.All([new("documents", async stop => (await documents.Get(Catalogue.Store, "health", "probe", stop)).Status is Status.Ok or Status.NotFound, time)]),
        ]);
        return new(table, featurizer, meter);
    }

    /// <summary>The function table alone, without anybody's state.</summary>
    public static async Task<FunctionTable> TableAlone()
    {
        await using var state = State.InMemory(Stores, TimeProvider.System);
        return Build(AppOptions.Read(new([]), static _ => null), state, TimeProvider.System).Table;
    }
}
