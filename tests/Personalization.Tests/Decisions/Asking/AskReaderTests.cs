using System.Globalization;
using System.Text;
using System.Text.Json;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;

namespace Personalization.Tests.Decisions.Asking;

public sealed class AskReaderTests
{
    private const AskFields All = AskFields.Recommendations | AskFields.Search | AskFields.Homepage;

    private readonly Ask ask = new();

    [Fact]
    public void Everything_a_frontend_may_say_is_read()
    {
        Assert.Null(Read("""
            {"user":"u","visitor":"v","kind":"similar","count":3,"unseen":true,"query":"a b","items":["x","\u0079"],"exclude":["z"],
             "context":{"region":"de-by","device":"mobile","channel":null},"slots":[{"name":"hero"},{"count":5,"name":"for-you"}],"candidates":[{"id":"x","relevance":1.5},{"id":"y"}]}
            """));
        Assert.Equal(("u", "v", "similar", 3, true), (ask.User, ask.Visitor, ask.Kind, ask.Count, ask.Unseen));
        Assert.Equal([ItemKey.Of("x"), ItemKey.Of("y")], ask.Items);
        Assert.Equal([ItemKey.Of("z")], ask.Exclude);
        Assert.Equal(("DE-BY", Personalization.Rules.CompiledRules.KeyOf("mobile"), 0ul), (ask.Region.ToString(), ask.Device, ask.Channel));
        Assert.Equal([new("hero", null), new("for-you", 5)], ask.Slots);
        Assert.Equal([1.5, double.NaN], ask.Candidates.Select(c => c.Relevance));
    }

    [Theory]
    [InlineData("[]", ""), InlineData("null", ""), InlineData("""{"usr":"u"}""", "usr"), InlineData("""{"user":1}""", "user"), InlineData("""{"user":""}""", "user")]
    [InlineData("""{"user":"u","user":"u"}""", "user"), InlineData("""{"count":1.5}""", "count"), InlineData("""{"count":"1"}""", "count"), InlineData("""{"unseen":1}""", "unseen")]
    [InlineData("""{"items":"x"}""", "items"), InlineData("""{"items":["x",null]}""", "items[1]"), InlineData("""{"items":[""]}""", "items[0]")]
    [InlineData("""{"context":"DE"}""", "context"), InlineData("""{"context":{"region":"Germany"}}""", "context.region"), InlineData("""{"context":{"regoin":"DE"}}""", "context.regoin")]
    [InlineData("""{"slots":{}}""", "slots"), InlineData("""{"slots":[{}]}""", "slots[0].name"), InlineData("""{"slots":[{"name":"hero","count":0}]}""", "slots[0].count")]
    [InlineData("""{"slots":[{"name":"hero"},{"name":"hero"}]}""", "slots[1].name"), InlineData("""{"slots":[{"name":"hero","colour":1}]}""", "slots[0].colour")]
    [InlineData("""{"candidates":[1]}""", "candidates[0]"), InlineData("""{"candidates":[{}]}""", "candidates[0].id"), InlineData("""{"candidates":[{"id":"x"},{"id":"y","relevance":"NaN"}]}""", "candidates[1].relevance")]
    [InlineData("""{"candidates":[{"id":"x","relevance":1e999}]}""", "candidates[0].relevance"), InlineData("""{"candidates":[{"id":"x","price":1}]}""", "candidates[0].price")]
    [InlineData("""{"secret value":"u"}""", "")]
    [InlineData("""{"user":"\ud800"}""", "user"), InlineData("""{"visitor":"a\udc00"}""", "visitor"), InlineData("""{"query":"\ud800 x"}""", "query"), InlineData("""{"\ud800":1}""", "")]
    [InlineData("""{"items":["x","\ud800"]}""", "items[1]"), InlineData("""{"exclude":["\ud800"]}""", "exclude[0]"), InlineData("""{"slots":[{"name":"\ud800"}]}""", "slots[0]")]
    [InlineData("""{"context":{"device":"\ud800"}}""", "context"), InlineData("""{"candidates":[{"id":"x"},{"id":"\ud800"}]}""", "candidates[1]"), InlineData("""{"candidates":[{"\ud800":"x"}]}""", "candidates[0]")]
    public void What_is_wrong_is_told_by_its_place(string body, string field) => Assert.Equal(field, Read(body)?.Field);

    [Theory]
    [InlineData(""), InlineData("{"), InlineData("""{"user":"u"}x"""), InlineData("""{"user":"u",}"""), InlineData("""{"candidates":[{"id":"x"}"""), InlineData("{\"candidates\":[{\"id\":\"x\",\"relevance\":NaN}]}")]
    public void What_is_not_json_is_said_to_be_that(string body) => Assert.ThrowsAny<JsonException>(() => Read(body));

    [Fact]
    public void More_than_there_may_be_is_refused()
    {
        Assert.Equal("candidates", Read($"{{\"candidates\":[{string.Join(',', Enumerable.Range(0, Pool.Most + 1).Select(n => $"{{\"id\":\"{n}\"}}"))}]}}")?.Field);
        Assert.Equal("items", Read($"{{\"items\":[{string.Join(',', Enumerable.Range(0, 1001).Select(n => $"\"{n}\""))}]}}")?.Field);
        Assert.Equal("slots", Read($"{{\"slots\":[{string.Join(',', Enumerable.Range(0, 17).Select(n => $"{{\"name\":\"{n}\"}}"))}]}}")?.Field);
    }

    [Fact]
    public void A_call_has_its_own_fields_only()
    {
        Assert.Equal(AskFault.Name("candidates"), new AskReader("""{"user":"u","candidates":[]}"""u8, ask, AskFields.Homepage).Read());
        Assert.Equal(AskFault.Name("slots"), new AskReader("""{"user":"u","slots":[]}"""u8, ask, AskFields.Search).Read());
    }

    [Fact]
    public void A_number_is_read_as_the_library_reads_it()
    {
        var random = new Random(5);
        for (var n = 0; n < 200_000; n++)
        {
            var (number, scale) = (BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)), random.NextInt64(1L << random.Next(1, 62)));
            if (!double.IsFinite(number)) continue;
            foreach (var text in new[] { number.ToString("R", CultureInfo.InvariantCulture), $"{scale / 1000m}", $"-{scale}", $"0.{scale:d12}", $"{scale}.{scale % 997}" })
            {
                Assert.True(Relevance.TryRead(Encoding.ASCII.GetBytes(text), out var read));
                Assert.Equal(BitConverter.DoubleToInt64Bits(double.Parse(text, CultureInfo.InvariantCulture)), BitConverter.DoubleToInt64Bits(read));
            }
        }
    }

    private AskFault? Read(string body)
    {
        ask.Clear();
        return new AskReader(Encoding.UTF8.GetBytes(body), ask, All).Read();
    }
}
