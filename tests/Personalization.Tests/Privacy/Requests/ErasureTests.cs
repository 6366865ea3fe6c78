using Personalization.Identity;
using Personalization.Models.Rollouts;
using Personalization.Storage;
using Personalization.Tests.Models;
using Personalization.Tests.Trust;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>An erasure from the call that asks for it to the proof that it was done.</summary>
public sealed class ErasureTests : IAsyncLifetime
{
    private PrivacyWorld world = null!;

    public async Task InitializeAsync() => world = await PrivacyWorld.Open();

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task Whoever_asks_to_be_erased_is_and_nothing_of_them_is_left_anywhere()
    {
        await world.Live("u", "v");
        var subjects = await Subjects("u", "v");
        var asked = await world.Ask(PrivacyWorld.Erasure("r1"));
        Assert.Equal(("pending", "gdpr"), (asked.GetProperty("status").GetString(), asked.GetProperty("regulation").GetString()));
        await world.Settle();
        var waiting = await world.Look("r1");
        Assert.Equal(("in_progress", "waiting"), (waiting.GetProperty("status").GetString(), waiting.GetProperty("phase").GetString()));
        Assert.Equal(world.Clock.GetUtcNow().AddHours(25), waiting.GetProperty("waitsUntil").GetDateTimeOffset());
        await world.Pass(TimeSpan.FromHours(25));
        Assert.Equal("completed", await world.Status("r1"));
        await NothingLeft(subjects);
        var certificate = await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r1"));
        Assert.Equal(Personalization.Functions.Composition.Stores.All.Count, certificate.GetProperty("facts").GetProperty("stores").GetArrayLength());
        var found = certificate.GetProperty("facts").GetProperty("stores").EnumerateArray().ToDictionary(s => s.GetProperty("store").GetString()!, s => (s.GetProperty("found").GetInt64(), s.GetProperty("deleted").GetInt64()));
        Assert.Equal(((2L, 2L), (2L, 2L), (2L, 2L), (4L, 4L)), (found["profiles"], found["vault"], found["holds"], found["behaviour"]));
        using var file = new StringReader(certificate.GetRawText());
        Assert.True(Personalization.Audit.Verification.Run(file).Good);
    }

    [Fact]
    public async Task A_certificate_names_the_models_in_use_that_may_have_learned_from_the_person_and_no_others()
    {
        await world.Live("u", "v");
        foreach (var name in new[] { "before", "over", "shown" }) await world.Parts.Models.Registry.Keep(Learn.TwoKinds(name, at: world.Clock.GetUtcNow()), Cards.Good(), default);
        foreach (var name in new[] { "over", "before" }) await world.Parts.Models.Rollouts.Promote(name, RolloutStage.Champion, 0, "r", default);
        await world.Parts.Models.Rollouts.Promote("shown", RolloutStage.Shadow, 0, "r", default);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        await world.Parts.Models.Registry.Keep(Learn.TwoKinds("after", at: world.Clock.GetUtcNow().AddMinutes(1)), Cards.Good(), default);
        await world.Parts.Models.Rollouts.Promote("after", RolloutStage.Canary, 5, "r", default);
        await world.Finish();
        var models = (await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r"))).GetProperty("facts").GetProperty("models");
        Assert.Equal(["before", "shown"], models.EnumerateArray().Select(m => m.GetProperty("model").GetString()));
    }

    [Fact]
    public async Task A_certificate_counts_the_requests_that_named_the_person_each_once()
    {
        await world.Live("u", "v");
        // It names one of two subjects; the erasure comes to name both.
        await world.Ask("""{"id":"other","type":"access","user":"u"}""");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Finish();
        var certificate = await world.Call("GET", "privacy/requests/{id}/certificate", null, 200, ("id", "r"));
        var found = certificate.GetProperty("facts").GetProperty("stores").EnumerateArray().ToDictionary(s => s.GetProperty("store").GetString()!, s => s.GetProperty("found").GetInt64());
        Assert.Equal((2L, 3L), (found["requests"], found["requestsubjects"]));
    }

    [Fact]
    public async Task Somebody_never_met_takes_the_same_course_at_the_same_times()
    {
        await world.Live("u", "v");
        var courses = new List<string>();
        foreach (var (id, user) in new[] { ("known", "u"), ("unknown", "nobody-ever") })
        {
            var course = new List<string> { Course(await world.Ask(PrivacyWorld.Erasure(id, $"\"user\":\"{user}\"")), id) };
            // A second request for the same person waits for the first, whether there is such a person or not.
            course.Add(Course(await world.Ask(PrivacyWorld.Erasure(id + "-2", $"\"user\":\"{user}\"")), id + "-2"));
            await world.Settle();
            for (var hour = 0; hour < 60; hour++)
            {
                course.Add(Course(await world.Look(id), id) + Course(await world.Look(id + "-2"), id + "-2"));
                await world.Pass(TimeSpan.FromHours(1));
            }

            courses.Add(string.Join('\n', course));
        }

        Assert.Contains("completed", courses[0], StringComparison.Ordinal);
        Assert.Equal(courses[0], courses[1]);
    }

    [Fact]
    public async Task Everybody_who_is_one_person_with_them_goes_as_well()
    {
        await world.Live("u", "v1");
        await world.Live("u", "v2");
        var subjects = await Subjects("u", "v1", "v2");
        Assert.True(subjects.Distinct().Count() > 1);
        await world.Ask(PrivacyWorld.Erasure("r", "\"visitor\":\"v2\""));
        await world.Settle();
        await world.Pass(TimeSpan.FromHours(25));
        Assert.Equal("completed", await world.Status("r"));
        await NothingLeft(subjects);
    }

    [Fact]
    public async Task What_comes_again_or_late_after_an_erasure_leaves_nothing()
    {
        await world.Live("u", "v", apply: false);
        var subjects = await Subjects("u", "v");
        var late = world.Storage.Stream.Everything(Personalization.Events.StreamedEvent.Hub).ToList();
        Assert.NotEmpty(late);
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        await world.Parts.Featurizer.Apply(new("behaviour", "0", late, 0), default);
        await world.Pass(TimeSpan.FromHours(25));
        Assert.Equal("completed", await world.Status("r"));
        await world.Parts.Featurizer.Apply(new("behaviour", "0", late, 0), default);
        await NothingLeft(subjects);
    }

    [Fact]
    public async Task Whoever_comes_again_is_somebody_new()
    {
        await world.Live("u", "v");
        var before = await Subjects("u", "v");
        await world.Ask(PrivacyWorld.Erasure("r"));
        await world.Settle();
        await world.Live("u", "v");
        var after = await Subjects("u", "v");
        Assert.Empty(before.Intersect(after));
        await world.Pass(TimeSpan.FromHours(25));
        Assert.Equal(after, await Subjects("u", "v"));
        Assert.Equal("completed", await world.Status("r"));
    }

    [Fact]
    public async Task Erased_twice_at_once_ends_as_erased_once()
    {
        await world.Live("u", "v");
        var subjects = await Subjects("u", "v");
        await world.Ask(PrivacyWorld.Erasure("one"));
        await world.Ask(PrivacyWorld.Erasure("two", "\"visitor\":\"v\""));
        await world.Settle();
        Assert.Equal(["in_progress", "pending"], new[] { await world.Status("one"), await world.Status("two") }.Order(StringComparer.Ordinal));
        await world.Finish();
        Assert.Equal(("completed", "completed"), (await world.Status("one"), await world.Status("two")));
        await NothingLeft(subjects);
    }

    [Fact]
    public async Task By_the_hash_of_an_identifier_the_same_person_is_found()
    {
        await world.Live("u", "v");
        var subjects = await Subjects("u", "v");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("u"u8));
        await world.Ask(PrivacyWorld.Erasure("r", $$"""
            "identities":[{"namespace":"user","value":"{{hash}}","format":"sha256"}]
            """));
        await world.Settle();
        await world.Pass(TimeSpan.FromHours(25));
        await NothingLeft(subjects);
    }

    private async Task NothingLeft(IReadOnlyList<Subject> subjects)
    {
        foreach (var subject in subjects)
        {
            Assert.All((await world.Documents()).Where(d => !(d.Store == "profiles" && d.Document.Partition == subject.ToString())), d =>
                Assert.False(d.Document.Partition == subject.ToString() || d.Document.Id.Contains(subject.ToString(), StringComparison.Ordinal) || Search.Holds(d.Document.Body.ToArray(), subject.ToString()), $"{d.Store} {d.Document.Id}"));
            var profile = Assert.Single(await world.Documents(), d => d.Document.Partition == subject.ToString());
            Assert.True(profile.Document.Body.Length < 100, "a tombstone is short");
            foreach (var blobs in Personalization.Functions.Composition.Stores.All.Where(s => s.Kind == StoreKind.Blobs))
                Assert.Empty((await world.Blobs.List(blobs, subject.ToString(), null, 10, default)).Value.Items);
            Assert.DoesNotContain(world.Storage.Stream.Everything(Personalization.Events.StreamedEvent.Hub), r => r.Key == subject.ToString());
        }
    }

    private async Task<IReadOnlyList<Subject>> Subjects(string user, params string[] visitors)
    {
        var found = new List<Subject> { (await world.People.Find(user, null, default))!.Value };
        foreach (var visitor in visitors) found.Add((await world.People.Find(null, visitor, default))!.Value);
        return [.. found.Distinct()];
    }

    // All an answer says, without the id and as time from the beginning.
    private string Course(System.Text.Json.JsonElement answer, string id)
    {
        var began = answer.GetProperty("receivedAt").GetDateTimeOffset();
        return string.Join(' ', answer.EnumerateObject().Select(p => $"{p.Name}={(p.Value.ValueKind == System.Text.Json.JsonValueKind.String && p.Value.TryGetDateTimeOffset(out var at) ? $"{at - began}" : p.Value.ToString().Replace(id, "ID", StringComparison.Ordinal))}"));
    }
}
