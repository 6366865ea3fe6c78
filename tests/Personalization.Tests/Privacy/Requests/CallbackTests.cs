using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Personalization.Privacy.Requests;
using Personalization.Tests.Hosting;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>Whoever wants to know how a request stands is told, and nobody is made to call where they should not.</summary>
public sealed class CallbackTests
{
    [Theory]
    [InlineData("127.0.0.1"), InlineData("10.1.2.3"), InlineData("172.16.0.1"), InlineData("172.31.255.255"), InlineData("192.168.1.1"), InlineData("169.254.169.254"), InlineData("168.63.129.16"), InlineData("100.64.0.1")]
    [InlineData("0.0.0.0"), InlineData("224.0.0.1"), InlineData("255.255.255.255"), InlineData("::1"), InlineData("::"), InlineData("fe80::1"), InlineData("fc00::1"), InlineData("fd00:ec2::254"), InlineData("ff02::1"), InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1"), InlineData("64:ff9b::a00:1"), InlineData("2002:7f00:1::"), InlineData("2001::1"), InlineData("2001:db8::1"), InlineData("192.0.2.1"), InlineData("198.18.0.1")]
    public void Addresses_inside_are_not_called(string address) => Assert.False(CallbackRules.IsPublic(IPAddress.Parse(address)));

    [Theory, InlineData("8.8.8.8"), InlineData("172.32.0.1"), InlineData("100.128.0.1"), InlineData("2606:4700::1111"), InlineData("::ffff:8.8.8.8")]
    public void Addresses_outside_are(string address) => Assert.True(CallbackRules.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task Every_change_of_status_is_told_signed_to_everybody_who_asked_and_says_nothing_of_the_person()
    {
        using var receiver = new Receiver();
        await using var world = await PrivacyWorld.Open(("Privacy__CallbackHosts", "127.0.0.1"), ("Privacy__CallbackPrivate", "true"));
        await world.Live("u", "v");
        await world.Ask(PrivacyWorld.Erasure("r", more: $$""","callbacks":["{{receiver.At("a")}}","{{receiver.At("b")}}"]"""));
        await world.Settle();
        await world.Finish(2);
        foreach (var path in new[] { "/a", "/b" })
            Assert.Equal(["in_progress", "completed"], receiver.Heard(path).Select(h => h.Body.GetProperty("request_status").GetString()));
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String((await world.Call("GET", "audit/keys", null, 200)).GetProperty("keys")[0].GetProperty("key").GetString()!), out _);
        Assert.All(receiver.Heard("/a"), h =>
        {
            Assert.True(key.VerifyData(h.Bytes, Convert.FromBase64String(h.Signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            Assert.Equal(receiver.At("a"), h.Body.GetProperty("status_callback_url").GetString());
            Assert.Equal(["api_version", "callback_id", "controller_id", "expected_completion_time", "request_status", "status_callback_url", "subject_request_id"], h.Body.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        });
        Assert.Equal(2, receiver.Heard("/a").Select(h => h.Body.GetProperty("callback_id").GetString()).Distinct().Count());
        Assert.Empty((await world.Book.Find(PrivacyRequest.HandleOf("r"), default))!.Callbacks);
    }

    [Fact]
    public async Task Whoever_cannot_be_reached_is_tried_again_in_order_and_holds_nobody_up()
    {
        using var receiver = new Receiver { Answer = 503 };
        await using var world = await PrivacyWorld.Open(("Privacy__CallbackHosts", "127.0.0.1"), ("Privacy__CallbackPrivate", "true"), ("Privacy__Verify", "none"));
        await world.Ask($$"""{"id":"r","type":"access","user":"u","callbacks":["{{receiver.At("a")}}"]}""");
        await world.Settle();
        Assert.Equal("completed", await world.Status("r"));
        Assert.Equal(["in_progress"], receiver.Heard("/a").Select(h => h.Body.GetProperty("request_status").GetString()));
        receiver.Answer = 200;
        await world.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(["in_progress", "in_progress", "completed"], receiver.Heard("/a").Select(h => h.Body.GetProperty("request_status").GetString()));
        Assert.Single(receiver.Heard("/a").Take(2).Select(h => h.Body.GetProperty("callback_id").GetString()).Distinct());
    }

    [Fact]
    public async Task A_redirect_is_not_followed_and_a_name_that_leads_inside_is_not_called()
    {
        using var receiver = new Receiver { Answer = 302 };
        await using var world = await PrivacyWorld.Open(("Privacy__CallbackHosts", "127.0.0.1,localhost"), ("Privacy__CallbackPrivate", "true"), ("Privacy__Verify", "none"));
        await world.Ask($$"""{"id":"r","type":"access","user":"u","callbacks":["{{receiver.At("a")}}"]}""");
        await world.Settle();
        Assert.Empty(receiver.Heard("/elsewhere"));
        Assert.Single(receiver.Heard("/a"));

        // Listed, and by TLS, but it stands for this machine: nobody connects.
        await using var strict = await PrivacyWorld.Open(("Privacy__CallbackHosts", "localhost"), ("Privacy__Verify", "none"));
        await strict.Ask($$"""{"id":"r","type":"access","user":"u","callbacks":["https://localhost:{{new Uri(receiver.At("a")).Port}}/inside"]}""");
        await strict.Settle();
        Assert.Equal("completed", await strict.Status("r"));
        Assert.Equal(0, receiver.Connected("/inside"));
    }

    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener listener = new();
        private readonly ConcurrentQueue<(string Path, Heard Heard)> all = new();
        private readonly string address = $"http://127.0.0.1:{RunningServer.FreePort()}/";

        public Receiver()
        {
            listener.Prefixes.Add(address);
            listener.Start();
            _ = Receive();
        }

        public int Answer { get; set; } = 200;

        public string At(string path) => address + path;

        public IReadOnlyList<Heard> Heard(string path) => [.. all.Where(h => h.Path == path).Select(h => h.Heard)];

        public int Connected(string path) => all.Count(h => h.Path == path);

        public void Dispose() => listener.Close();

        private async Task Receive()
        {
            while (listener.IsListening)
            {
                HttpListenerContext context;
                try { context = await listener.GetContextAsync(); }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException) { return; }
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                all.Enqueue((context.Request.Url!.AbsolutePath, new(body.ToArray(), JsonElement.Parse(body.ToArray()), context.Request.Headers["X-OpenDSR-Signature"]!)));
                context.Response.StatusCode = Answer;
                if (Answer == 302) context.Response.RedirectLocation = At("elsewhere");
                context.Response.Close();
            }
        }
    }

    private sealed record Heard(byte[] Bytes, JsonElement Body, string Signature);
}
