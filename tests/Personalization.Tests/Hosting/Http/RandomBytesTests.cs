using System.Net.Http.Headers;
using FsCheck;
using FsCheck.Fluent;
using Personalization.Functions.Hosting;

namespace Personalization.Tests.Hosting.Http;

/// <summary>Whatever bytes arrive, wherever: no 5xx, no crash.</summary>
public sealed class RandomBytesTests
{
    private static readonly string[] ContentTypes = ["application/json", "application/x-ndjson", "application/octet-stream", "text/plain"];

    // Pieces that get past the first checks, so that the later ones are met too.
    private static readonly byte[][] Seeds =
    [
        "{\"Data\":{\"events\":\"[\\\"{}\\\"]\"},\"Metadata\":{\"PartitionContext\":{\"PartitionId\":\"1\"},\"SequenceNumberArray\":\"[1]\",\"EnqueuedTimeUtcArray\":\"[\\\"2026-03-14T15:09:26\\\"]\",\"PartitionKeyArray\":\"[null]\"}}"u8.ToArray(),
        "{\"Data\":{\"timer\":{\"ScheduleStatus\":{\"Last\":\"2026-03-13T03:00:00Z\"},\"IsPastDue\":true}}}"u8.ToArray(),
        "{\"Data\":{\"req\":{\"Url\":\"http://a/b\",\"Method\":\"POST\",\"Headers\":{\"Content-Type\":[\"application/json\"]},\"Body\":\"{}\"},\"client\":\"\\\"{}\\\"\"}}"u8.ToArray(),
        "{\"visitor\":\"v\",\"count\":3,\"items\":[\"a\"],\"context\":{\"region\":\"eu\"}}"u8.ToArray(),
        "[{\"id\":\"e\",\"type\":\"view\",\"visitor\":\"v\",\"item\":\"a\",\"time\":\"2026-01-01T00:00:00Z\",\"consent\":{\"personalization\":true}}]"u8.ToArray(),
        "[{\"id\":\"a\",\"category\":\"c\",\"price\":1.5,\"currency\":\"EUR\",\"attributes\":{\"k\":\"v\"}}]"u8.ToArray(),
    ];

    [Fact]
    public async Task No_bytes_at_any_route_or_envelope_give_a_5xx()
    {
        await using var server = await RunningServer.UnderTheHost(null, ("Auth__Keys__Frontend", RunningServer.FrontendKey), ("Auth__Keys__Operator", RunningServer.FrontendKey));
        using var caller = server.Caller(RunningServer.FrontendKey);
        var targets = server.Parts.Table.All.Select(f => ("POST", "/" + f.Name))
            .Concat(server.Parts.Table.With<Trigger.Http>().Select(f => (f.Trigger.Methods[0], "/" + f.Trigger.Route.Replace("{id}", "x%00%2F", StringComparison.Ordinal)))).ToList();
        var bytes = Gen.OneOf(ArbMap.Default.GeneratorFor<byte[]>(), Damaged());
        var cases = from target in Gen.Elements<(string Method, string Path)>(targets)
                    from body in bytes
                    from type in Gen.Elements(ContentTypes)
                    select (target, body, type);
        Prop.ForAll(cases.ToArbitrary(), c => Answer(caller, c.target, c.body, c.type) is < 500)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1500));
    }

    private static Gen<byte[]> Damaged() =>
        from seed in Gen.Elements(Seeds)
        from places in Gen.ListOf(Gen.Choose(0, seed.Length - 1))
        from value in Gen.Choose(0, 255)
        select places.Take(4).Aggregate(seed.ToArray(), (bytes, at) => { bytes[at] = (byte)(value ^ at); return bytes; });

    private static int Answer(HttpClient http, (string Method, string Path) target, byte[] body, string contentType)
    {
        var request = new HttpRequestMessage(new(target.Method), target.Path);
        if (target.Method != "GET") request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        using var response = http.Send(request);
        return (int)response.StatusCode;
    }
}
