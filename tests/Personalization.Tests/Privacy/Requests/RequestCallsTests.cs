using Personalization.Privacy.Requests;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>Requests as staff and shops see them: asked, repeated, verified, approved, denied, taken back, listed.</summary>
public sealed class RequestCallsTests : IAsyncLifetime
{
    private PrivacyWorld world = null!;

    public async Task InitializeAsync() => world = await PrivacyWorld.Open(("Privacy__Approve", "erasure"), ("Privacy__CallbackHosts", "shop.example"));

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task Asked_again_in_the_same_words_it_is_the_same_request_and_in_others_a_conflict()
    {
        var first = await world.Ask(PrivacyWorld.Erasure("r"));
        var again = await world.Ask(PrivacyWorld.Erasure("r"), 200);
        Assert.Equal(first.GetProperty("receivedAt").GetDateTimeOffset(), again.GetProperty("receivedAt").GetDateTimeOffset());
        foreach (var other in new[] { PrivacyWorld.Erasure("r", "\"user\":\"else\""), PrivacyWorld.Erasure("r", "\"visitor\":\"u\""), PrivacyWorld.Erasure("r", more: ",\"regulation\":\"ccpa\""), PrivacyWorld.Erasure("r").Replace("erasure", "access", StringComparison.Ordinal) })
            Assert.EndsWith(":request-id-taken", (await world.Ask(other, 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
        await world.Call("POST", "identity/rotations", "{}", 200);
        await world.Ask(PrivacyWorld.Erasure("r"), 200);
        Assert.EndsWith(":request-id-taken", (await world.Ask(PrivacyWorld.Erasure("r", "\"user\":\"else\""), 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_an_id_it_gets_one_and_the_law_gives_its_time()
    {
        var gdpr = await world.Ask("""{"type":"erasure","user":"u"}""");
        Assert.True(Personalization.Functions.Triggers.OpenDsrIntake.IsUuid(gdpr.GetProperty("id").GetString()!));
        Assert.Equal(world.Clock.GetUtcNow().AddDays(30), gdpr.GetProperty("deadline").GetDateTimeOffset());
        var ccpa = await world.Ask("""{"type":"erasure","user":"u","regulation":"ccpa"}""");
        Assert.Equal(world.Clock.GetUtcNow().AddDays(45), ccpa.GetProperty("deadline").GetDateTimeOffset());
    }

    [Fact]
    public async Task It_waits_for_staff_where_they_are_asked_and_goes_on_with_their_word()
    {
        Assert.Equal("awaiting_approval", (await world.Ask(PrivacyWorld.Erasure("r"))).GetProperty("status").GetString());
        await world.Finish(2);
        Assert.Equal("awaiting_approval", await world.Status("r"));
        Assert.Equal("pending", (await world.Do("approve", "r")).GetProperty("status").GetString());
        await world.Settle();
        Assert.Equal("in_progress", await world.Status("r"));
        // Said again it is so already; taken back it cannot be any more.
        await world.Do("approve", "r");
        Assert.EndsWith(":request-begun", (await world.Cancel("r", 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(":request-begun", (await world.Do("deny", "r", """{"reason":"other"}""", 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(":request-not-waiting", (await world.Do("retry", "r", null, 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Denied_or_taken_back_it_ends_and_names_nobody()
    {
        await world.Live("u", "v");
        await world.Ask(PrivacyWorld.Erasure("denied"));
        await world.Ask(PrivacyWorld.Erasure("cancelled"));
        var denied = await world.Do("deny", "denied", """{"reason":"not-entitled"}""");
        Assert.Equal(("denied", "not-entitled"), (denied.GetProperty("status").GetString(), denied.GetProperty("reason").GetString()));
        Assert.Equal("cancelled", (await world.Cancel("cancelled")).GetProperty("status").GetString());
        await world.Cancel("cancelled");
        await world.Settle();
        Assert.All(new[] { "denied", "cancelled" }, id => Assert.Empty(world.Book.Find(PrivacyRequest.HandleOf(id), default).AsTask().GetAwaiter().GetResult()!.Subjects));
        Assert.DoesNotContain(await world.Documents(), d => d.Store is "requestsubjects" or "holds");
        foreach (var late in new[] { "approve", "retry" }) Assert.EndsWith(":request-over", (await world.Do(late, "denied", null, 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(":request-over", (await world.Cancel("denied", 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
        // And the person is as they were.
        await world.Finish();
        Assert.NotNull(await world.People.Find("u", null, default));
    }

    [Fact]
    public async Task Whoever_wants_to_see_data_has_to_show_the_token_and_once_is_enough()
    {
        var asked = await world.Ask("""{"id":"a","type":"access","user":"u"}""");
        Assert.Equal("identity_unverified", asked.GetProperty("status").GetString());
        var token = asked.GetProperty("verification").GetProperty("token").GetString()!;
        Assert.False((await world.Look("a")).TryGetProperty("verification", out _));
        Assert.EndsWith(":wrong-token", (await world.Do("verify", "a", """{"token":"guess"}""", 403)).GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.EndsWith(":wrong-token", (await world.Do("verify", "no-such", $$"""{"token":"{{token}}"}""", 403)).GetProperty("type").GetString(), StringComparison.Ordinal);
        // Another process's forged signal tells the workflow nothing it would believe.
        await world.Parts.Workflows.Raise("privacy-" + PrivacyRequest.HandleOf("a"), new Personalization.Functions.Durable.Signal<string>("look", Personalization.Functions.Json.Default.String), token, default);
        await world.Settle();
        Assert.Equal("identity_unverified", await world.Status("a"));
        Assert.Equal("pending", (await world.Do("verify", "a", $$"""{"token":"{{token}}"}""")).GetProperty("status").GetString());
        Assert.EndsWith(":request-not-waiting", (await world.Do("verify", "a", $$"""{"token":"{{token}}"}""", 409)).GetProperty("type").GetString(), StringComparison.Ordinal);
        await world.Settle();
        Assert.Equal("completed", await world.Status("a"));
    }

    [Fact]
    public async Task A_token_that_was_lost_is_replaced_and_the_old_one_is_none_any_more()
    {
        const string Ask = """{"id":"a","type":"access","user":"u"}""";
        var first = (await world.Ask(Ask)).GetProperty("verification").GetProperty("token").GetString();
        var second = (await world.Ask(Ask, 200)).GetProperty("verification").GetProperty("token").GetString();
        Assert.NotEqual(first, second);
        await world.Do("verify", "a", $$"""{"token":"{{first}}"}""", 403);
        await world.Do("verify", "a", $$"""{"token":"{{second}}"}""");
        Assert.False((await world.Ask(Ask, 200)).TryGetProperty("verification", out _));
    }

    [Fact]
    public async Task Who_does_not_verify_in_time_is_denied_and_nobody_cancelled_it()
    {
        var token = (await world.Ask("""{"id":"a","type":"access","user":"u"}""")).GetProperty("verification").GetProperty("token").GetString();
        await world.Settle();
        await world.Pass(TimeSpan.FromDays(7));
        var denied = await world.Look("a");
        Assert.Equal(("denied", "not-verified"), (denied.GetProperty("status").GetString(), denied.GetProperty("reason").GetString()));
        await world.Do("verify", "a", $$"""{"token":"{{token}}"}""", 409);
    }

    [Fact]
    public async Task What_no_request_says_any_more_is_taken_out_of_the_index_and_what_one_says_stays()
    {
        await world.Ask("""{"id":"a","type":"access","user":"u"}""");
        var said = (await world.Documents()).Where(d => d.Store == "requestsubjects").ToList();
        Assert.NotEmpty(said);
        // As a crash leaves it between writing the request and the index.
        await world.Raw.Put(PrivacyRequest.Index, new string('a', 32), PrivacyRequest.HandleOf("a"), "{}"u8.ToArray(), Personalization.Storage.Condition.None, null, default);
        await world.Tend();
        Assert.Equal(said.Count + 1, (await world.Documents()).Count(d => d.Store == "requestsubjects"));
        world.Clock.Advance(TimeSpan.FromHours(2));
        await world.Tend();
        Assert.Equal(said.Select(d => d.Document.Partition), (await world.Documents()).Where(d => d.Store == "requestsubjects").Select(d => d.Document.Partition));
    }

    [Fact]
    public async Task Requests_are_listed_by_state_and_lateness_and_say_nothing_of_anybody()
    {
        for (var i = 0; i < 5; i++) await world.Ask(PrivacyWorld.Erasure($"r{i}", $"\"user\":\"u{i}\""));
        await world.Do("deny", "r0", """{"reason":"other"}""");
        await world.Settle();
        Assert.Equal(4, await Listed("awaiting_approval", null));
        Assert.Equal(1, await Listed("denied", null));
        Assert.Equal(0, await Listed(null, "true"));
        world.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(4, await Listed(null, "true"));
        Assert.Equal(5, await Listed(null, null));
    }

    [Theory]
    [InlineData("""{"type":"erasure"}""", "identities"), InlineData("""{"user":"u"}""", "type"), InlineData("""{"type":"forget","user":"u"}""", "type")]
    [InlineData("""{"type":"erasure","user":"u","regulation":"lgpd"}""", "regulation"), InlineData("""{"id":"a b","type":"erasure","user":"u"}""", "id"), InlineData("""{"id":"a@b.c","type":"erasure","user":"u"}""", "id")]
    [InlineData("""{"type":"erasure","user":"null"}""", "user"), InlineData("""{"type":"erasure","visitor":"pt1.x"}""", "visitor")]
    [InlineData("""{"type":"erasure","identities":[null]}""", "identities[0].namespace"), InlineData("""{"type":"erasure","identities":[{"namespace":"token","value":"x"}]}""", "identities[0].namespace")]
    [InlineData("""{"type":"erasure","identities":[{"namespace":"email","value":"x"}]}""", "identities[0].value"), InlineData("""{"type":"erasure","identities":[{"namespace":"email"}]}""", "identities[0].value")]
    [InlineData("""{"type":"erasure","identities":[{"namespace":"user","value":"x","format":"sha1"}]}""", "identities[0].format"), InlineData("""{"type":"erasure","identities":[{"namespace":"user","value":"x","format":"md5"}]}""", "identities[0].format")]
    [InlineData("""{"type":"erasure","identities":[{"namespace":"user","value":"AB","format":"sha256"}]}""", "identities[0].value")]
    [InlineData("""{"type":"erasure","user":"u","callbacks":["http://shop.example/x"]}""", "callbacks[0]"), InlineData("""{"type":"erasure","user":"u","callbacks":["https://shop.example.evil/"]}""", "callbacks[0]")]
    [InlineData("""{"type":"erasure","user":"u","callbacks":["https://u:p@shop.example/"]}""", "callbacks[0]"), InlineData("""{"type":"erasure","user":"u","callbacks":[null]}""", "callbacks[0]")]
    [InlineData("""{"type":"erasure","user":"u","callbacks":["https://169.254.169.254/"]}""", "callbacks[0]"), InlineData("""{"type":"erasure","user":"u","when":"now"}""", "when")]
    public async Task A_request_that_cannot_be_is_refused_with_its_field(string body, string field) => Assert.Equal(field, (await world.Ask(body, 400)).GetProperty("field").GetString());

    [Fact]
    public async Task What_a_crash_left_asleep_is_woken()
    {
        // Stored, and the process died before it woke the workflow.
        var asked = await world.Ask(PrivacyWorld.Erasure("r"));
        Assert.Equal("awaiting_approval", asked.GetProperty("status").GetString());
        await world.Book.Tell(PrivacyRequest.HandleOf("r"), new RequestCommand.Approve(), default);
        await world.Settle();
        var handle = PrivacyRequest.HandleOf("r");
        await world.Parts.Workflows.Terminate("privacy-" + handle, "test", default);
        await world.Settle();
        await world.Parts.Workflows.Purge("privacy-" + handle, default);
        Assert.Null(await world.Parts.Workflows.Find("privacy-" + handle, default));
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.Tend();
        await world.Settle();
        await world.Finish();
        Assert.Equal("completed", await world.Status("r"));
    }

    private async Task<int> Listed(string? state, string? overdue)
    {
        var (count, desk) = (0, new RequestDesk(world.Book, world.People, PrivacyOptions.Read(new([])), world.Clock, (_, _, _) => default));
        for (string? next = null; ;)
        {
            var page = await desk.List(state is null ? null : RequestWords.StateOf(state), overdue == "true", next, 2, default);
            count += page.Items.Count;
            if ((next = page.Next) is null) return count;
        }
    }
}
