using System.Diagnostics.Metrics;
using Personalization.Catalog;
using Personalization.Decisions;
using Personalization.Events;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Triggers;
using Personalization.Identity;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Storage.Memory;

namespace Personalization.Functions;

/// <summary>What the application is made of, put together by hand.</summary>
internal sealed record Composition(FunctionTable Table, MemoryStreams Streams, Featurizer Featurizer, Meter Meter)
{
    /// <summary>Every store of the product.</summary>
    public static readonly StoreRegistry Stores = new([Catalogue.Store, PopularityShard.Store, Profile.Store, StreamedEvent.Hub, DeadLetters.Store]);

    public static Composition Build(AppOptions options, TimeProvider time)
    {
        var meter = new Meter(Invocations.Source);
        var documents = new MemoryDocuments(Stores, time);
        var streams = new MemoryStreams(Stores, time, options.Stream.Partitions, options.Stream.Backlog);
        var pseudonyms = Pseudonyms.Fresh();
        var catalogue = new Catalogue(documents, time, options.Catalogue);
        var popularity = new PopularityRanking(documents, time);
        var intake = new EventIntake(streams, pseudonyms, time, options.Events);
        var featurizer = new Featurizer(documents, catalogue, new PopularityCount(documents), new DeadLetters(documents, meter), meter);
        var recommendations = new Recommendations(documents, pseudonyms, catalogue, popularity, time, options.Decisions, meter);
        var table = new FunctionTable(
        [
            .. CatalogueFunctions.All(catalogue),
            .. DecisionFunctions.All(recommendations, popularity),
            .. EventFunctions.All(intake, featurizer),
            .. HealthFunctions.All([new("documents", async stop => (await documents.Get(Catalogue.Store, "health", "probe", stop)).Status is Status.Ok or Status.NotFound, time), new("stream", _ => new(streams.Backlog < options.Stream.Backlog), time)]),
        ]);
        return new(table, streams, featurizer, meter);
    }
}
