using System.Text;
using Personalization.Audit;
using Personalization.Models;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Models.Rollouts;

/// <summary>A model becomes shadow, canary and champion on evidence, and one call takes it back.</summary>
public sealed class RolloutDeskTests : IAsyncDisposable
{
    private readonly RolloutWorld world = new();

    [Fact]
    public async Task States_follow_from_what_is_in_force_and_what_was()
    {
        await world.Register("a", "b", "c");
        Assert.Equal("candidate candidate candidate", await world.States("a", "b", "c"));
        await world.Promote("a", "shadow");
        Assert.Equal("shadow candidate candidate", await world.States("a", "b", "c"));
        await world.Promote("a", "champion");
        await world.Promote("b", "shadow");
        await world.Promote("c", "canary", 5);
        Assert.Equal("champion shadow canary", await world.States("a", "b", "c"));
        await world.Promote("c", "champion");
        Assert.Equal("retired shadow champion", await world.States("a", "b", "c"));
        await world.Rollback("b");
        Assert.Equal("retired retired champion", await world.States("a", "b", "c"));
    }

    [Fact]
    public async Task Who_was_champion_at_a_time_is_told_for_ever()
    {
        await world.Register("a", "b");
        var before = world.Clock.GetUtcNow();
        await world.Promote("a", "champion");
        var first = world.Clock.GetUtcNow();
        await world.Promote("b", "champion");
        var second = world.Clock.GetUtcNow();
        await world.Rollback("b");
        for (var n = 0; n < 30; n++) await world.Promote("b", "canary", 1 + n);
        var history = world.Desk().History;
        Assert.Null(await history.At(before, default));
        Assert.Equal((1, "a"), await At(first));
        Assert.Equal((1, "a"), await At(second.AddTicks(-1)));
        Assert.Equal((2, "b"), await At(second));
        Assert.Equal((3, "a"), await At(second.AddMinutes(1)));
        Assert.Equal((33, "a"), await At(world.Clock.GetUtcNow().AddDays(400)));

        async Task<(int, string)> At(DateTimeOffset at) => (await history.At(at, default)) is var (version, rollout) ? (version, rollout.Model) : default;
    }

    [Fact]
    public async Task Repeated_rollbacks_go_further_back_and_never_to_what_was_taken_out()
    {
        await world.Register("a", "b", "c");
        foreach (var name in new[] { "a", "b", "c" }) await world.Promote(name, "champion");
        Assert.Equal("b", (await world.Rollback("c")).Model);
        Assert.Equal("a", (await world.Rollback("b")).Model);
        await world.Promote("c", "champion");
        Assert.Equal("a", (await world.Rollback("c")).Model);
        Assert.Equal("none", (await world.Rollback("a")).Model);
        Assert.IsType<RolloutOutcome.Impossible>(await world.Desk().Rollback("a", "again", default));
    }

    [Fact]
    public async Task A_canary_leaves_alone_and_goes_with_a_champion_that_is_taken_back()
    {
        await world.Register("a", "b", "c");
        await world.Promote("a", "champion");
        await world.Promote("b", "champion");
        await world.Promote("c", "canary", 10);
        Assert.Equal(("b", null), ((await world.Rollback("c")) is var r ? r.Model : "", (await world.Desk().Now(default)).Canary));
        await world.Promote("c", "canary", 10);
        var back = await world.Rollback("b");
        Assert.Equal(("a", null), (back.Model, back.Canary));
    }

    [Fact]
    public async Task Gates_stand_before_people_and_not_before_shadows()
    {
        await world.Register("a");
        await world.Registry.Keep(Learn.TwoKinds("worse"), Cards.Good(0.05), default);
        await world.Registry.Keep(Learn.TwoKinds("blank"), Cards.Facts(), default);
        await world.Promote("a", "champion");
        foreach (var to in new[] { RolloutStage.Canary, RolloutStage.Champion })
        {
            Assert.Equal("ndcg@10", Assert.Single(Assert.IsType<RolloutOutcome.Refused>(await world.Desk().Promote("worse", to, 5, "r", default)).Refusals).Gate);
            Assert.Equal("evaluation", Assert.Single(Assert.IsType<RolloutOutcome.Refused>(await world.Desk().Promote("blank", to, 5, "r", default)).Refusals).Gate);
        }

        Assert.Equal("champion candidate candidate", await world.States("a", "worse", "blank"));
        await world.Promote("worse", "shadow");
        await world.Promote("blank", "shadow");
        Assert.Equal("champion shadow shadow", await world.States("a", "worse", "blank"));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_what_to_do_instead()
    {
        await world.Register("a", "b", "c", "d", "e");
        await world.Promote("a", "champion");
        await world.Promote("b", "canary", 5);
        Assert.Contains("b is the canary", await Refused("c", RolloutStage.Canary), StringComparison.Ordinal);
        Assert.Contains("roll it back", await Refused("a", RolloutStage.Shadow), StringComparison.Ordinal);
        foreach (var name in new[] { "c", "d", "e" }) await world.Promote(name, "shadow");
        Assert.Contains("3 models are shadows", await Refused("b", RolloutStage.Shadow), StringComparison.Ordinal);
        Assert.IsType<RolloutOutcome.NoSuchModel>(await world.Desk().Promote("x", RolloutStage.Shadow, 0, "r", default));
        Assert.IsType<RolloutOutcome.NoSuchModel>(await world.Desk().Rollback("x", "r", default));

        async Task<string> Refused(string model, RolloutStage to) => Assert.IsType<RolloutOutcome.Impossible>(await world.Desk().Promote(model, to, 5, "r", default)).Why;
    }

    [Theory]
    [InlineData(RolloutStage.Shadow), InlineData(RolloutStage.Canary), InlineData(RolloutStage.Champion)]
    public async Task A_model_without_a_whole_file_goes_nowhere(RolloutStage to)
    {
        await world.Register("a");
        (await world.Storage.Blobs.Delete(ModelFiles.Store, "a", default)).Required(ModelFiles.Store);
        Assert.Contains("missing", Assert.IsType<RolloutOutcome.Impossible>(await world.Desk().Promote("a", to, 5, "r", default)).Why, StringComparison.Ordinal);
        (await world.Storage.Blobs.Put(ModelFiles.Store, "a", new byte[100], default)).Required(ModelFiles.Store);
        Assert.Contains("corrupt", Assert.IsType<RolloutOutcome.Impossible>(await world.Desk().Promote("a", to, 5, "r", default)).Why, StringComparison.Ordinal);
        Assert.Equal(Rollout.None, await world.Desk().Now(default));
    }

    [Fact]
    public async Task Who_asks_twice_moves_it_once()
    {
        await world.Register("a", "b");
        await world.Promote("a", "champion");
        await world.Promote("a", "champion");
        await world.Promote("b", "canary", 5);
        var canary = (await world.Promote("b", "canary", 5)).Canary;
        Assert.Equal(2, (await world.Rollouts().Versions(default)).Newest);
        Assert.NotEqual(canary!.Since, (await world.Promote("b", "canary", 6)).Canary!.Since);
    }

    [Fact]
    public async Task Of_moves_at_once_none_undoes_another()
    {
        await world.Register("a", "b", "c", "d");
        await world.Promote("a", "champion");
        await Task.WhenAll(new[] { "b", "c", "d" }.Select(n => Task.Run(async () => await world.Desk().Promote(n, RolloutStage.Shadow, 0, "r", default))));
        Assert.Equal("champion shadow shadow shadow", await world.States("a", "b", "c", "d"));
    }

    [Fact]
    public async Task What_was_published_before_there_were_rollouts_still_reads()
    {
        await world.Register("b");
        await world.Rollouts().Publish(Encoding.UTF8.GetBytes("""{"model":"old","sha256":"ab"}"""), default);
        var now = await world.Desk().Now(default);
        Assert.Equal((new("old", "ab"), null, 0), (now.Champion, now.Canary, now.InShadow.Count));
        await world.Promote("b", "champion");
        Assert.Equal("old", (await world.Rollback("b")).Model);
        Assert.Equal("retired champion", await world.States("b", "old"));
    }

    [Theory]
    [InlineData("{}"), InlineData("""{"model":"","sha256":"a"}"""), InlineData("""{"model":"a","sha256":""}"""), InlineData("""{"model":"a","sha256":"b","canary":{"model":"c","sha256":"d","share":0}}"""), InlineData("""{"model":"a","sha256":"b","shadows":[null]}""")]
    public void A_body_that_is_no_rollout_is_none(string body) => Assert.Null(Rollout.Artefact.Compile(1, Encoding.UTF8.GetBytes(body)));

    [Fact]
    public async Task Every_move_is_in_the_audit_log_with_its_reason()
    {
        await world.Register("a", "b");
        await world.Promote("a", "champion");
        await world.Promote("b", "canary", 2.5);
        await world.Rollback("b");
        var told = (await InMemory.Entries(world.Audit)).Where(e => e.Type == AuditTypes.ModelPromoted).Select(e => string.Join(' ', new[] { "step", "model", "to", "share", "before", "champion", "reason" }.Select(k => e.Open.GetValueOrDefault(k, "-"))));
        Assert.Equal(["promote a champion - none a test", "promote b canary 2.5 a a test", "rollback b retired - a a test"], told);
    }

    [Fact]
    public async Task A_champion_covers_who_left_before_it_was_trained_and_going_back_makes_the_next_one_due()
    {
        await world.Register("a");
        await world.Registry.Keep(Learn.TwoKinds("b"), Cards.Good(), default);
        await world.Promote("a", "champion");
        await world.Promote("b", "champion");
        Assert.Null(await world.Exclusions.Due(default));
        await world.Rollback("b");
        Assert.Equal(world.Clock.GetUtcNow() + TimeSpan.FromHours(24), await world.Exclusions.Due(default));
    }

    /// <summary>Dead before or after any call of a promotion: the rollout is the one before or the one after, and the next mover goes on.</summary>
    [Fact]
    public async Task A_crash_at_any_call_leaves_the_rollout_before_or_the_one_after()
    {
        await world.Register("a", "b");
        await world.Promote("a", "champion");
        var counting = new MortalStorage(world.Storage.Documents, world.Storage.Blobs, int.MaxValue, false);
        Assert.IsType<RolloutOutcome.Done>(await world.Desk(counting).Promote("b", RolloutStage.Champion, 0, "r", default));
        var outcomes = new HashSet<string>();
        for (var at = 0; at < counting.Calls; at++)
            foreach (var after in new[] { false, true })
            {
                if ((await world.Desk().Now(default)).Model == "b") await world.Rollback("b");
                try { await world.Desk(new MortalStorage(world.Storage.Documents, world.Storage.Blobs, at, after)).Promote("b", RolloutStage.Champion, 0, "r", default); }
                catch (Exception e) when (e is not Xunit.Sdk.XunitException) { }
                var now = await world.Desk().Now(default);
                outcomes.Add(now.Model);
                Assert.True(now.Champion == new Promotion(now.Model, now.Sha256) && now.Canary is null && now.InShadow.Count == 0);
                var process = world.Process();
                await process.Preload(default);
                Assert.Equal((now.Model, false), (process.Now.Model.Name, process.Now.Missing));
                Assert.Equal("b", (await world.Promote("b", "champion")).Model);
            }

        Assert.Equal(["a", "b"], outcomes.Order(StringComparer.Ordinal));
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();
}
