using System.Diagnostics.Metrics;
using Personalization.Functions;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Privacy.Erasing;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>Somebody is recognized, linked or carried over while they are erased, one call of a store at a time in any order.</summary>
public sealed class RaceTests : IAsyncDisposable
{
    private readonly SetClock clock = new(new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero));
    private readonly Meter meter = new("tests");
    private readonly MemorySecrets secrets = new();
    private readonly EmbeddedStorage storage;

    public RaceTests() => storage = EmbeddedStorage.Open(new(), Composition.Stores, clock);

    [Fact]
    public async Task Whoever_is_recognized_meanwhile_is_not_known_as_who_was_erased()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var id = $"user{seed}";
            var before = (await People(storage.Documents).Meet(id, null, default)).Subject;
            var turns = new Turns(storage.Documents, seed);
            await turns.Race<bool>([Erasing(turns, before), () => Met(turns, id), () => Met(turns, id)]);
            await Finished(before, seed);
            Assert.NotEqual(before, (await People(storage.Documents).Meet(id, null, default)).Subject);
        }
    }

    [Fact]
    public async Task Whoever_is_seen_with_somebody_meanwhile_is_theirs_no_more()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var (user, browser) = ($"user{seed}", $"browser{seed}");
            var people = People(storage.Documents);
            var (one, other) = ((await people.Meet(user, null, default)).Subject, (await people.Meet(null, browser, default)).Subject);
            var doomed = seed % 2 == 0 ? one : other;
            var turns = new Turns(storage.Documents, seed);
            await turns.Race<bool>([Erasing(turns, doomed), () => Linked(turns, user, browser)]);
            await Finished(doomed, seed);
            var left = doomed == one ? other : one;
            Assert.DoesNotContain(doomed, (await new Linker(new(storage.Documents, clock), Meeting.Rules).Graph([left], default)).ClusterOf(left).Members);
        }
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await storage.DisposeAsync();
    }

    private Func<Task<bool>> Erasing(IDocuments documents, Subject subject) => async () =>
    {
        var eraser = Eraser(documents);
        await eraser.Tombstone(subject, default);
        await eraser.Delete(subject, default);
        return true;
    };

    private async Task<bool> Met(IDocuments documents, string user)
    {
        await People(documents).Meet(user, null, default);
        return true;
    }

    private async Task<bool> Linked(IDocuments documents, string user, string browser)
    {
        var salts = Meeting.Salts(documents, clock, secrets);
        var people = Meeting.People(documents, clock, salts);
        var signIns = new SignIns(
            people, new(documents, salts, new(documents, clock), clock), new(new(documents, clock), Meeting.Rules), storage.Persons(clock, documents), new(documents, storage.Blobs, new(documents), clock, meter), clock, meter);
        await signIns.Note(user, browser, 1, 2, 3, default);
        return true;
    }

    // The last look, after everybody who was at it is done.
    private async Task Finished(Subject subject, int seed)
    {
        var eraser = Eraser(storage.Documents);
        await eraser.Delete(subject, default);
        await eraser.Finish(subject, default);
        await eraser.Release([subject], "erasure", default);
        var found = new Markers().Add(subject).In(storage, Composition.Stores);
        Assert.True(found is ["profiles/profile"], $"seed {seed}: {string.Join(' ', found)}");
    }

    private People People(IDocuments documents) => Meeting.People(documents, clock, Meeting.Salts(documents, clock, secrets));

    private Eraser Eraser(IDocuments documents) => new(Composition.Stores, new(documents, storage.Ledger, storage.Blobs, storage), Meeting.Rules, PrivacyParts.Last, _ => { }, clock);
}
