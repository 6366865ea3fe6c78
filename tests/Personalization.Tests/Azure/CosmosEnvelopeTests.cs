using System.Text;
using System.Text.Json;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

public sealed class CosmosEnvelopeTests
{
    [Theory]
    [InlineData("""{"sequence":18446744073709551615,"price":1.10,"10":1,"2":2}""")]
    [InlineData("""{ "spaced" :  "é  🦊" }""")]
    [InlineData("")]
    public void A_body_comes_back_byte_for_byte(string body)
    {
        var read = CosmosEnvelope.Read(CosmosEnvelope.Write("p", "a/b", Declared.Utf8(body), null), null);
        Assert.Equal(("p", "a/b", body), (read.Partition, read.Id, Declared.Text(read.Body)));
    }

    [Fact]
    public void Text_is_readable_in_the_store_and_anything_else_is_base64()
    {
        Assert.Equal("""{"id":"a","pk":"p","ttl":90,"text":"{\"n\":1}"}""", Envelope(Declared.Utf8("""{"n":1}"""), TimeSpan.FromSeconds(90)));
        Assert.Equal("""{"id":"a","pk":"p","base64":"//79"}""", Envelope([0xff, 0xfe, 0xfd], null));
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData((byte)'"')]
    [InlineData((byte)'x')]
    [InlineData(0xff)]
    public void Whatever_the_largest_body_holds_its_envelope_fits_an_item(byte filling)
    {
        var body = new byte[Document.MaxBytes];
        Array.Fill(body, filling);
        var envelope = CosmosEnvelope.Write(new string('p', 500), new string('/', 300), body, TimeSpan.MaxValue);
        Assert.InRange(envelope.Length, Document.MaxBytes, CosmosEnvelope.MaxBytes);
        Assert.True(CosmosEnvelope.Read(envelope, null).Body.Span.SequenceEqual(body));
    }

    [Fact]
    public void What_the_service_adds_is_passed_over()
    {
        var page = """{"_rid":"r","_count":2,"Documents":[{"id":"a","_etag":"\"1\"","nested":{"id":"no"},"pk":"p","text":"x","_ts":1},{"pk":"p","id":"b","base64":"/w==","_etag":"\"2\""}],"more":[1]}""";
        var documents = CosmosEnvelope.ReadPage(Declared.Utf8(page), null);
        Assert.Equal([("a", "\"1\""), ("b", "\"2\"")], documents.Select(d => (d.Id, d.Etag.Text!)));
        Assert.Equal(["78", "FF"], documents.Select(d => Convert.ToHexString(d.Body.Span)));
    }

    [Theory]
    [InlineData(0.2, 1)]
    [InlineData(1.0, 1)]
    [InlineData(1.001, 2)]
    [InlineData(1e11, int.MaxValue)]
    public void Time_to_live_is_whole_seconds_and_never_shorter_than_asked(double asked, int written) =>
        Assert.Equal(written, CosmosEnvelope.Seconds(TimeSpan.FromSeconds(asked)));

    private static string Envelope(byte[] body, TimeSpan? expiry)
    {
        var bytes = CosmosEnvelope.Write("p", "a", body, expiry);
        using var valid = JsonDocument.Parse(bytes);
        return Encoding.UTF8.GetString(bytes.Span);
    }
}
