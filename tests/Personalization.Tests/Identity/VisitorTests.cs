using Personalization.Identity;
using Personalization.Tests.Events;

namespace Personalization.Tests.Identity;

/// <summary>Whoever names themselves by nothing is given a name that only we can make, and a new one in time.</summary>
public sealed class VisitorTests : IAsyncDisposable
{
    private readonly Sending sending = new();

    [Fact]
    public async Task Who_shows_nothing_is_given_one_token_and_is_known_by_it()
    {
        var results = await sending.Send($"[{Nameless("e1")},{Nameless("e2")}]");
        Assert.All(results, r => Assert.Equal("accepted", r.Status));
        var token = sending.Visitor!;
        Assert.StartsWith("pt1.", token, StringComparison.Ordinal);
        Assert.Equal("accepted", (await sending.One(Sending.View("e3", token))).Status);
        Assert.Null(sending.Visitor);
        Assert.Single(sending.Streamed().Select(e => e.Subject).Distinct());
        await sending.Send(Nameless("e4"));
        Assert.NotEqual(token, sending.Visitor);
    }

    [Fact]
    public async Task Fifty_first_calls_of_one_session_are_one_visitor_with_one_token()
    {
        var tokens = new List<string?>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () =>
        {
            var answer = await Take(Nameless($"e{i}", ",\"session\":\"s-1\""));
            lock (tokens) tokens.Add(answer);
        })));
        Assert.NotNull(Assert.Single(tokens.Distinct()));
        Assert.Single(sending.Streamed().Select(e => e.Subject).Distinct());
        Assert.Equal(50, sending.Streamed().Count);
    }

    [Fact]
    public async Task Fifty_first_calls_with_one_new_id_are_one_subject()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => Take(Sending.View($"e{i}", "new")))));
        Assert.Single(sending.Streamed().Select(e => e.Subject).Distinct());
    }

    [Fact]
    public async Task A_rotation_during_ingest_makes_nobody_two()
    {
        const int Visitors = 8;
        for (var round = 0; round < 40; round++)
        {
            await using var world = new Sending();
            var takes = Enumerable.Range(0, 40).Select(i => Task.Run(() => Take(world, Sending.View($"e{i}", $"v{i % Visitors}"))));
            await Task.WhenAll(takes.Append(Task.Run(() => world.Rotate(EpochSet.Settling))));
            Assert.Equal(Visitors, world.Streamed().Select(e => e.Subject).Distinct().Count());
        }
    }

    [Fact]
    public async Task Of_whoever_allows_nothing_not_even_an_alias_is_kept()
    {
        Assert.Equal("dropped", (await sending.One(Sending.View("e1", consent: "{}"))).Status);
        Assert.Equal("dropped", (await sending.One("""{"id":"e2","type":"view","item":"boot"}""")).Status);
        Assert.Null(sending.Visitor);
        Assert.Empty((await sending.Storage.Documents.Scan(Aliases.Store, null, 10, default)).Value.Items);
        Assert.Empty((await sending.Storage.Documents.Scan(Links.Store, null, 10, default)).Value.Items);
    }

    [Fact]
    public async Task A_token_of_the_epoch_before_is_answered_with_a_new_one_for_the_same_person()
    {
        await sending.Send(Nameless("e1"));
        var first = sending.Visitor!;
        await sending.Rotate();
        await sending.Send(Sending.View("e0", first));
        // Not every process may know of the new salt yet.
        Assert.Null(sending.Visitor);
        sending.Clock.Advance(EpochSet.Settling);
        var seconds = new List<string?>();
        for (var i = 2; i < 5; i++)
        {
            await sending.Send(Sending.View($"e{i}", first));
            seconds.Add(sending.Visitor);
        }

        var second = Assert.Single(seconds.Distinct())!;
        Assert.NotEqual(first, second);
        Assert.Equal("accepted", (await sending.One(Sending.View("e9", second))).Status);
        Assert.Null(sending.Visitor);
        Assert.Single(sending.Streamed().Select(e => e.Subject).Distinct());
    }

    [Fact]
    public async Task A_token_whose_epoch_is_gone_counts_as_none()
    {
        await sending.Send(Nameless("e1"));
        var over = sending.Visitor!;
        await sending.Rotate();
        await sending.Rotate();
        Assert.Equal("accepted", (await sending.One(Sending.View("e2", over))).Status);
        var fresh = sending.Visitor;
        Assert.NotNull(fresh);
        await sending.Send(Sending.View("e3", over));
        Assert.Equal(fresh, sending.Visitor);
    }

    [Fact]
    public async Task A_forged_token_is_refused_whatever_was_done_to_it()
    {
        await sending.Send(Nameless("e1"));
        var token = sending.Visitor!;
        for (var i = 4; i < token.Length; i++)
        {
            var forged = token[..i] + (token[i] == 'A' ? 'B' : 'A') + token[(i + 1)..];
            // A number of an epoch before the first, and one that is none: nothing of ours.
            var result = await sending.One(Sending.View($"f{i}", forged));
            Assert.True(result is { Status: "rejected", Field: "visitor" }, $"character {i}: {result}");
        }

        foreach (var wrong in new[] { "pt1.", "pt1.x", token + "A", token[..^1], "pt1." + new string('A', 48), token.ToUpperInvariant().Replace("PT1", "pt1", StringComparison.Ordinal) })
            Assert.Equal("rejected", (await sending.One(Sending.View("w", wrong))).Status);
    }

    [Fact]
    public async Task An_event_sent_again_after_a_rotation_is_still_a_resend()
    {
        var at = sending.Clock.GetUtcNow();
        var body = Sending.View("e1", more: $",\"time\":\"{at:yyyy-MM-ddTHH:mm:ssZ}\"");
        Assert.Equal("accepted", (await sending.One(body)).Status);
        await sending.Rotate(TimeSpan.FromDays(1));
        Assert.Equal("duplicate", (await sending.One(body)).Status);
    }

    public ValueTask DisposeAsync() => sending.DisposeAsync();

    private Task<string?> Take(string body) => Take(sending, body);

    private static async Task<string?> Take(Sending sending, string body)
    {
        var batch = sending.Intake.Start()!;
        Assert.True(Personalization.Events.Reading.EventBody.Read(batch.Events, System.Text.Encoding.UTF8.GetBytes(body), Personalization.Events.Reading.EventFormat.Json, 10));
        await sending.Intake.Take(batch, default);
        var visitor = batch.Visitor;
        Assert.Equal(Personalization.Events.VerdictKind.Accepted, batch.Events[0].Verdict.Kind);
        sending.Intake.Finish(batch, settled: true);
        return visitor;
    }

    private static string Nameless(string id, string more = "") => $$"""{"id":"{{id}}","type":"view","item":"boot","consent":{"personalization":true}{{more}}}""";
}
