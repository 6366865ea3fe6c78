using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Publishing;
using Personalization.Storage;
using Personalization.Tests.Decisions.Logging;
using Personalization.Tests.Profiles;
using Personalization.Tests.Training.Ordering;
using Personalization.Training.Ordering;
using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>From the decision log to weights in force: of those who may be learned from, and of nobody else.</summary>
public sealed class RankerDeskTests : IAsyncLifetime
{
    private const int People = 60;

    /// <summary>Where a record says which purposes were used.</summary>
    private const int Used = 6;

    private static readonly LoggedOptions Options = new(7, 500);

    private readonly ManualClock clock = new();
    private readonly Meter meter = new("rankers-under-test");
    private EmbeddedLog log = null!;
    private AuditLog audit = null!;
    private Published<LearnedRankers> published = null!;

    public async Task InitializeAsync()
    {
        log = await EmbeddedLog.Open(clock, meter);
        (audit, published) = (InMemory.Audit(log.Storage, clock, meter), new(log.Storage.Documents, LearnedRankers.Artefact, clock, meter));
        for (var person = 0; person < People; person++) await Vote(person, Personalization.Consent.Vote.Yes(Purposes.Personalization | Purposes.Training));
    }

    public async Task DisposeAsync()
    {
        await log.DisposeAsync();
        meter.Dispose();
    }

    [Fact]
    public async Task What_people_choose_comes_into_force_and_the_audit_log_says_so()
    {
        await Shop(1200);
        var found = (await Learn())!;

        Assert.Equal(["homepage", "search", "recommendations"], found.Select(f => f.Engine));
        Assert.Equal((1200, People), (found[1].Choices, found[1].People));
        Assert.Equal(found[1].Became, published.Now.For(DecisionEngine.Search).Name);
        Assert.Same(Rankers.Personal, published.Now.For(DecisionEngine.Homepage));
        Assert.Equal("1", Assert.Single(await InMemory.Entries(audit), e => e.Type == AuditTypes.RankersPromoted).Open["version"]);
    }

    [Fact]
    public async Task Where_there_is_nothing_any_more_to_learn_from_the_standard_is_in_force_again()
    {
        await Shop(1200);
        await Learn();
        clock.Advance(TimeSpan.FromDays(8));
        Assert.All((await Learn())!, f => Assert.Equal(0, f.Choices));

        Assert.Same(Rankers.Search, published.Now.For(DecisionEngine.Search));
        Assert.Equal(2, published.Version);
        await Learn();
        Assert.Equal(2, published.Version);
    }

    [Fact]
    public async Task Who_withdrew_was_erased_or_never_said_yes_leaves_exactly_what_there_would_be_without_them()
    {
        await Shop(1200);
        var with = await Weights();
        await Vote(3, Personalization.Consent.Vote.No(Purposes.Training));
        await Vote(4, Personalization.Consent.Vote.Silent);
        await log.Storage.Documents.Put(Profile.Store, Behaviour.Person(5).ToString(), Profile.Id, new Tombstone(clock.GetUtcNow().ToUnixTimeMilliseconds(), false).Write(), Condition.None, null, default);
        await log.Storage.Documents.Delete(Profile.Store, Behaviour.Person(6).ToString(), Profile.Id, Condition.None, default);
        var without = await Weights();
        await DisposeAsync();
        await InitializeAsync();
        await Shop(1200, except: [3, 4, 5, 6]);

        Assert.NotEqual(with, without);
        Assert.Equal(await Weights(), without);
    }

    [Fact]
    public async Task What_the_vault_said_is_learned_from_only_while_the_person_allows_it()
    {
        await Shop(1200, used: Purposes.Personalization | Purposes.Sensitive);
        Assert.Equal(0, (await Learn())![1].Choices);
        for (var person = 0; person < People; person++) await Vote(person, Personalization.Consent.Vote.Yes(Purposes.Personalization | Purposes.Training | Purposes.Sensitive));
        Assert.Equal(1200, (await Learn())![1].Choices);
        await Vote(3, new(Purposes.Personalization | Purposes.Training, Purposes.Sensitive));
        Assert.Equal((1180, People - 1), (await Learn())![1] is var f ? (f.Choices, f.People) : default);
    }

    [Fact]
    public async Task Nobody_counts_more_than_their_share_and_what_came_twice_counts_once()
    {
        await Shop(200, people: 2);
        await Shop(200, people: 2);
        var choices = await Gathered(log.Records, Options);

        Assert.Equal(2 * Options.MostEach, choices.Count);
        Assert.Equal(choices.Count, choices.Select(c => c.When).Distinct().Count());
    }

    [Fact]
    public async Task Of_too_many_always_the_same_are_drawn_in_whatever_order_they_came()
    {
        await Shop(300);
        var drawn = await Drawn();
        await DisposeAsync();
        await InitializeAsync();
        await Shop(300, backwards: true);

        Assert.Equal(drawn, await Drawn());
        Assert.InRange(drawn.Count, 1, 50);
    }

    [Fact]
    public async Task In_a_database_the_same_is_learned_page_by_page()
    {
        await Shop(300);
        var documents = new DecisionDocuments(log.Storage.Documents);
        await foreach (var some in log.Records.Since(DateTimeOffset.MinValue, default)) Assert.True((await documents.Append([some], default)).Ok);
        var (one, other) = (await Gathered(log.Records, Options), await Gathered(documents, Options));

        Assert.Equal(300, one.Count);
        Assert.Equal(one.Select(c => (c.When, c.Person)), other.Select(c => (c.When, c.Person)));
    }

    [Fact]
    public async Task Switched_off_what_was_learned_is_taken_out()
    {
        await Shop(1200);
        await Learn();
        Assert.Null(await Desk(new(0, 500)).Run(clock.GetUtcNow(), 1, _ => { }, default));
        Assert.Same(Rankers.Search, published.Now.For(DecisionEngine.Search));
    }

    [Theory]
    [InlineData("false", true)]
    [InlineData("true", false)]
    public void Beside_private_models_order_is_not_learned(string on, bool learned) =>
        Assert.Equal(learned, RunOptions.Read(new([new("Training__Private__On", on)])).Ranking.On);

    [Fact]
    public async Task Switched_off_nothing_is_read_and_nothing_published()
    {
        await Shop(1200);
        Assert.Null(await Desk(new(0, 500)).Run(clock.GetUtcNow(), 1, _ => { }, default));
        Assert.Equal(0, published.Version);
    }

    private async Task<IReadOnlyList<DecisionId>> Drawn() =>
        [.. (await Gathered(log.Records, Options with { MostDecisions = 50 })).Select(c => c.When)];

    private ValueTask<IReadOnlyList<LoggedChoice>> Gathered(IDecisionLog from, LoggedOptions options) =>
        new ChoiceGathering(from, new(log.Storage.Documents), options).Run(clock.GetUtcNow(), _ => { }, default);

    private RankerDesk Desk(LoggedOptions options) => new(new(log.Records, new(log.Storage.Documents), options), new(published, AuditTypes.RankersPromoted, audit), options);

    private ValueTask<IReadOnlyList<RankerFinding>?> Learn() => Desk(Options).Run(clock.GetUtcNow(), 1, _ => { }, default);

    private async Task<string> Weights()
    {
        await Learn();
        return string.Join(' ', published.Now.For(DecisionEngine.Search).Weights(false).ToArray());
    }

    /// <summary>Everybody searches in turn, and chooses one of what they are shown.</summary>
    private async Task Shop(int times, int people = People, int[]? except = null, bool backwards = false, Purposes used = Purposes.Personalization)
    {
        var shoppers = new Shoppers(DecisionEngine.Search, 0.3f, 1, (Column.Brand, 3), (Column.Seen, 2));
        var noted = new List<LoggedDecision>();
        for (var n = 0; n < times; n++)
        {
            var ((d, chosen), subject) = (shoppers.Ask(), Behaviour.Person(n % people));
            if (except?.Contains(n % people) == true) continue;
            var outcome = new byte[OutcomeRecord.Bytes(1)];
            OutcomeRecord.Write(d.Id, [chosen], outcome);
            var record = d.Record.Written.ToArray();
            record[Used] = (byte)used;
            noted.Add(new(subject, d.Id, record));
            noted.Add(new(subject, d.Id with { Nonce = d.Id.Nonce + (1UL << 40) }, outcome));
        }

        if (backwards) noted.Reverse();
        foreach (var some in noted.Chunk(100)) Assert.True((await log.Records.Append(some, default)).Ok);
    }

    private async Task Vote(int person, Vote vote)
    {
        var profile = new Profile();
        profile.Begin(new(vote, 1, Behaviour.Start));
        (await log.Storage.Documents.Put(Profile.Store, Behaviour.Person(person).ToString(), Profile.Id, Behaviour.Bytes(profile), Condition.None, null, default)).Required(Profile.Store);
    }
}
