using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Events.Reading;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Events;

public sealed class EventReadingTests
{
    [Fact]
    public async Task Every_field_arrives_in_the_stream_as_what_features_need_of_it()
    {
        await using var sending = new Sending();
        await sending.Catalogue.Upsert([new() { Id = "boot", Category = "Hiking boots", Brand = "Alp" }], default);
        var time = sending.Clock.GetUtcNow().AddMinutes(-3);
        var result = await sending.One($$"""
            {"id":"e","type":"search","time":"{{time:O}}","user":"u","session":"s","item":"boot","items":["hat","b\u006fot2"],"query":"BOOTS for hiking, alp",
             "value":12.5,"currency":"EUR","quantity":3,"dwellMs":400,"decision":"d","context":{"region":"de-by","device":"phone","channel":"web"},
             "consent":{"personalization":true,"sensitive":true,"location":true},"unknown":{"a":[1,{"b":2} ] } }
            """);
        Assert.Equal(("accepted", null), (result.Status, result.Reason));
        var e = Assert.Single(sending.Streamed());
        Assert.Equal((EventType.Search, time.ToUnixTimeMilliseconds(), 12.5f, 3, 400), (e.Type, e.At, e.Value, e.Quantity, e.DwellMs));
        Assert.Equal([ItemKey.Of("boot").Value, ItemKey.Of("hat").Value, ItemKey.Of("boot2").Value], e.Items.ToArray());
        Assert.Equal([Term.Of(TermKind.Category, "Hiking boots").Key, Term.Of(TermKind.Brand, "Alp").Key], e.Terms.ToArray());
        Assert.Equal("DE-BY", e.Region.ToString());
        Assert.Equal(Purposes.Personalization | Purposes.Sensitive | Purposes.Location, e.Granted);
        Assert.Equal(sending.People.Of("u", null), e.Subject);
        Assert.True(e.Id != 0 && e.Session != 0);
    }

    [Theory]
    [InlineData("""{"id":1}""", "id")]
    [InlineData("""{"id":""}""", "id")]
    [InlineData("""{"id":"\ud800"}""", "id")]
    [InlineData("""{"id":"e","type":7}""", "type")]
    [InlineData("""{"id":"e","type":"look"}""", "type")]
    [InlineData("""{"id":"e"}""", "type")]
    [InlineData("""{"type":"view"}""", "id")]
    [InlineData("""{"id":"e","type":"view","visitor":"undefined","item":"i"}""", "visitor")]
    [InlineData("""{"id":"e","type":"view","user":"p\u0430ypal","item":"i"}""", "user")]
    [InlineData("""{"id":"e","type":"view","visitor":"v"}""", "item")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":null}""", "item")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","items":"i"}""", "items")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","items":[null]}""", "item")]
    [InlineData("""{"id":"e","type":"search","visitor":"v"}""", "query")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","time":"2026-01-05T09:00:00"}""", "time")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","time":5}""", "time")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","time":"2026-01-05T09:00:00Z\ud800"}""", "time")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","time":""}""", "time")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","value":"5"}""", "value")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","value":1e300}""", "value")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","quantity":0}""", "quantity")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","quantity":99999999999}""", "quantity")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","dwellMs":-1}""", "dwellMs")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","currency":"eur"}""", "currency")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","context":"web"}""", "context")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","context":{"region":"Bavaria"}}""", "context.region")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","context":{"device":1}}""", "context.device")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","consent":true}""", "consent")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","consent":{"personalization":"yes"}}""", "consent")]
    [InlineData("""{"id":"e","type":"view","visitor":"v","item":"i","consent":{"tcf":5}}""", "consent.tcf")]
    [InlineData("[]", "event")]
    [InlineData("7", "event")]
    public async Task What_is_wrong_is_said_with_its_field_and_spoils_nothing_else(string bad, string field)
    {
        await using var sending = new Sending();
        var results = await sending.Send($"[{Sending.View("a")},{bad},{Sending.View("b")}]");
        Assert.Equal(["accepted", "rejected", "accepted"], results.Select(r => r.Status));
        Assert.Equal(field, results[1].Field);
        Assert.StartsWith(field, results[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_have_their_longest_length_in_characters_however_they_are_written()
    {
        await using var sending = new Sending();
        Assert.Equal("accepted", (await sending.One(Sending.View("e1", visitor: new('ü', 256)))).Status);
        Assert.Equal("visitor", (await sending.One(Sending.View("e2", visitor: new('ü', 257)))).Field);
        Assert.Equal("accepted", (await sending.One(Sending.View("e3", visitor: string.Concat(Enumerable.Repeat("\\u00fc", 256))))).Status);
        Assert.Equal("visitor", (await sending.One(Sending.View("e4", visitor: string.Concat(Enumerable.Repeat("\\u00fc", 257))))).Field);
        var one = sending.Streamed();
        Assert.Equal(one[0].Subject, one[1].Subject);
    }

    [Theory]
    [InlineData("{}"), InlineData("[1,2]"), InlineData("""{"a":[{"b":1}]}"""), InlineData("[[]]")]
    public async Task A_signal_of_any_form_is_passed_over_whole(string gpc)
    {
        await using var sending = new Sending();
        var bad = Sending.View("x", consent: $$"""{"gpc":{{gpc}},"personalization":false}""", more: ""","context":{"region":"US"}""");
        Assert.Equal(["accepted", "dropped", "accepted"], (await sending.Send($"[{Sending.View("a")},{bad},{Sending.View("b")}]")).Select(r => r.Status));
        var cloud = $$"""[{"specversion":"1.0","gpc":{{gpc}},"id":"1","source":"/","type":"view","consentpurposes":"personalization","data":{"visitor":"v","item":"i"} },{"id":1}]""";
        Assert.Equal(["accepted", "rejected"], (await sending.Send(cloud, EventFormat.CloudBatch)).Select(r => r.Status));
    }

    [Fact]
    public async Task Lists_given_twice_are_one_list_with_one_bound()
    {
        await using var sending = new Sending();
        string Items(int n) => "\"items\":[" + string.Join(',', Enumerable.Range(0, n).Select(i => $"\"i{i}\"")) + "]";
        string Twice(int n) => $$"""{"id":"e{{n}}","type":"view","visitor":"v",{{Items(n)}},{{Items(n)}},"consent":{"personalization":true} }""";
        Assert.Equal("items", (await sending.One(Twice(51))).Field);
        Assert.Equal("items", (await sending.One(Twice(90))).Field);
        Assert.Equal("accepted", (await sending.One(Twice(50))).Status);
        Assert.Equal(100, Assert.Single(sending.Streamed()).Items.Length);
    }

    [Theory]
    [InlineData("""{"tcf":""}"""), InlineData("""{"gpp":""}"""), InlineData("""{"tcf":"a","tcf":"b"}""")]
    public async Task A_string_that_says_nothing_or_two_things_grants_nothing(string consent)
    {
        await using var sending = new Sending();
        Assert.Equal("no-consent:personalization", (await sending.One(Sending.View("e", consent: consent, more: ""","context":{"region":"US"}"""))).Reason);
    }

    [Fact]
    public async Task A_line_that_is_not_JSON_spoils_only_itself()
    {
        await using var sending = new Sending();
        var results = await sending.Send($"{Sending.View("a")}\r\n\n{{\"id\":\"b\",\n{Sending.View("c")} x\n  {Sending.View("d")}", EventFormat.Lines);
        Assert.Equal(["accepted", "rejected", "rejected", "accepted"], results.Select(r => r.Status));
        Assert.Equal(["line", "line"], results.Where(r => r.Status == "rejected").Select(r => r.Field));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[{},")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    public void A_body_that_is_not_JSON_is_refused_as_a_whole(string body) =>
        Assert.ThrowsAny<JsonException>(() => EventBody.Read(new(), System.Text.Encoding.UTF8.GetBytes(body), EventFormat.Json, 10));

    [Fact]
    public void More_events_than_allowed_are_refused_as_a_whole()
    {
        Assert.False(EventBody.Read(new(), "[1,2,3]"u8.ToArray(), EventFormat.Json, 2));
        Assert.False(EventBody.Read(new(), "1\n2\n3"u8.ToArray(), EventFormat.Lines, 2));
        Assert.True(EventBody.Read(new(), "[1,2]"u8.ToArray(), EventFormat.Json, 2));
    }

    [Fact]
    public async Task A_CloudEvents_envelope_says_what_its_data_does_not_and_wins_where_both_speak()
    {
        await using var sending = new Sending();
        var now = sending.Clock.GetUtcNow();
        string Envelope(string id, string source, string data) =>
            $$"""{"data":{{data}},"specversion":"1.0","id":"{{id}}","source":"{{source}}","type":"com.shop.view","time":"{{now:O}}","consentpurposes":"personalization nonsense"}""";
        var data = """{"visitor":"v","item":"boot","id":"inner","type":"purchase","time":"1999-01-01T00:00:00Z"}""";
        var batch = $"[{Envelope("1", "/a", data)},{Envelope("1", "/a", data)},{Envelope("1", "/b", data)}]";
        var results = await sending.Send(batch, EventFormat.CloudBatch);
        Assert.Equal(["accepted", "duplicate", "accepted"], results.Select(r => r.Status));
        Assert.All(sending.Streamed(), e => Assert.Equal((EventType.View, now.ToUnixTimeMilliseconds()), (e.Type, e.At)));
        Assert.Equal(["specversion", "source", "type", "data", "data_base64", "id"], new List<string?>
        {
            await Field("""{"specversion":"0.3","id":"1","source":"/","type":"view","data":{}}"""),
            await Field("""{"specversion":"1.0","id":"1","type":"view","data":{}}"""),
            await Field("""{"specversion":"1.0","id":"1","source":"/","data":{}}"""),
            await Field("""{"specversion":"1.0","id":"1","source":"/","type":"view","data":"x"}"""),
            await Field("""{"specversion":"1.0","id":"1","source":"/","type":"view","data_base64":"eA=="}"""),
            await Field("""{"specversion":"1.0","source":"/","type":"view","data":{}}"""),
        });
        async Task<string?> Field(string body) => (await sending.One(body, EventFormat.Cloud)).Field;
    }
}
