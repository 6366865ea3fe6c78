using System.Text;
using Personalization.Audit;
using Personalization.Privacy.Certifying;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Privacy.Certifying;

public sealed class CertificatesTests : IAsyncDisposable
{
    private readonly ManualClock clock = new();
    private readonly AuditWorld world;

    public CertificatesTests() => world = new(clock);

    public static CertificateFacts Facts(string request = "r-1") => new(
        request, "erasure", At(0), At(90_061), At(2_592_000), 2,
        [new("profiles", "documents", "deleted", 2, 2, At(90_000)), new("auditkeys", "documents", "deleted-last", 2, 2, At(90_060)), new("stats", "documents", "aggregate", 0, 0, At(90_000))], [], At(86_400));

    [Fact]
    public async Task A_certificate_holds_by_its_file_alone()
    {
        var parts = world.Open();
        await AuditWorld.Fill(parts, 300);
        var certificate = await Issuer(parts).Issue(Facts(), default);
        await AuditWorld.Fill(parts, 10);
        var result = Verification.Run(new StringReader(Text(certificate)));
        Assert.True(result.Good, result.Says);
        Assert.Contains("r-1", result.Says, StringComparison.Ordinal);
        // Saved by an editor that ends a file with a line feed.
        Assert.True(Verification.Run(new StringReader(Text(certificate) + "\n")).Good);
    }

    [Fact]
    public async Task Any_other_byte_anywhere_is_found_out()
    {
        var file = (await Issuer(world.Open()).Issue(Facts() with { Models = [new("ranker", "7", At(100_000))] }, default)).File();
        Assert.True(Check(file));
        for (var i = 0; i < file.Length; i++)
        {
            foreach (var to in new[] { (byte)(file[i] ^ 1), (byte)(file[i] ^ 0x20), (byte)(file[i] ^ 0x80), (byte)'0', (byte)' ', (byte)'\n' })
            {
                if (to == file[i]) continue;
                var changed = (byte[])file.Clone();
                changed[i] = to;
                Assert.False(Check(changed), $"byte {i}, {(char)file[i]} as {to}");
            }

            Assert.False(Check([.. file[..i], .. file[(i + 1)..]]), $"without byte {i}");
        }
    }

    [Fact]
    public async Task What_is_wrong_is_said()
    {
        var good = await Issuer(world.Open()).Issue(Facts(), default);
        var other = await Issuer(world.Open()).Issue(Facts("r-2"), default);
        Assert.Equal(
            [
                "it does not say what its signed text says", "its signature is not the key's", "its entry of the audit log is about something else", "its entry does not have the hash that is proven",
                "its proof does not lead from the entry to the log's hash", "its checkpoint is of another log", "its checkpoint has a signature that is not the key's",
            ],
            new[]
            {
                good with { Facts = good.Facts with { Members = 1 } }, good with { Signature = other.Signature }, good with { Entry = other.Entry, Proof = other.Proof }, good with { Entry = other.Entry },
                good with { Proof = good.Proof! with { Index = good.Proof.Index + 1 } }, good with { Proof = good.Proof! with { Checkpoint = other.Proof!.Checkpoint } },
                good with { Proof = good.Proof! with { Checkpoint = good.Proof.Checkpoint! with { Origin = "audit-0" } } },
            }.Select(CertificateFile.Fault));
    }

    [Fact]
    public async Task One_key_signs_for_all_of_it_also_where_keys_change_meanwhile()
    {
        var parts = world.Open();
        var first = await parts.Keys.Current(clock.GetUtcNow(), default);
        var (drafts, moved) = (0, false);
        var between = new BetweenDocuments(world.Storage.Documents, store =>
        {
            if (store == Certificates.Store) drafts++;
            // After the text is signed, and before the log is told.
            if (store != AuditTail.Store || drafts == 0 || moved) return Task.CompletedTask;
            moved = true;
            clock.Advance(TimeSpan.FromDays(400));
            return Task.CompletedTask;
        });
        var certificate = await Issuer(world.Open(between), between).Issue(Facts(), default);
        Assert.Equal(3, drafts);
        Assert.NotEqual(first.Key.Id, certificate.Key.Id);
        Assert.True(Check(certificate.File()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_dies_at_any_call_issues_one_certificate_in_the_end(bool after)
    {
        for (var diesAt = 0; ; diesAt++)
        {
            await using var fresh = new AuditWorld(clock);
            var storage = new MortalStorage(fresh.Storage.Documents, fresh.Storage.Blobs, diesAt, after);
            try
            {
                await Issuer(fresh.Open(storage, storage), storage).Issue(Facts(), default);
            }
            catch (StoreUnavailableException) when (storage.Dead) { }

            var (again, parts) = (fresh.Open(), fresh.Open());
            var certificate = await Issuer(again, fresh.Storage.Documents).Issue(Facts() with { Finished = At(5), Members = 9 }, default);
            Assert.True(Check(certificate.File()));
            Assert.Equal(certificate.File(), (await Issuer(parts, fresh.Storage.Documents).Issue(Facts() with { Members = 1 }, default)).File());
            // Told once; twice where it is not known whether the first was kept.
            Assert.InRange((await InMemory.Entries(parts.Log)).Count(e => e.Type == AuditTypes.Erased), 1, 1);
            if (!storage.Dead) return;
        }
    }

    [Fact]
    public async Task Of_any_number_who_issue_at_once_all_get_the_same()
    {
        await using var running = new AuditWorld();
        var files = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => (await Issuer(running.Open(), running.Storage.Documents).Issue(Facts(), default)).File())));
        Assert.All(files, f => Assert.Equal(files[0], f));
        Assert.True(Check(files[0]));
    }

    [Theory]
    [InlineData("r 1")]
    [InlineData("r\n1")]
    [InlineData("")]
    [InlineData("<b>")]
    [InlineData("ann@example.com")]
    public async Task What_could_be_a_name_or_break_a_line_is_refused(string request)
    {
        var issuer = Issuer(world.Open());
        await Assert.ThrowsAsync<ArgumentException>(async () => await issuer.Issue(Facts(request), default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await issuer.Issue(Facts() with { Stores = [new("profiles", "documents", request, 0, 0, At(0))] }, default));
    }

    [Fact]
    public async Task A_request_without_one_has_none() => Assert.Null(await Issuer(world.Open()).Find("nobody", default));

    public async ValueTask DisposeAsync() => await world.DisposeAsync();

    internal static Certificates Issuer(AuditParts parts, IDocuments documents, TimeProvider clock) => new(documents, parts.Log, parts.Reader, parts.Proofs, parts.Checkpoints, parts.Keys, clock);

    private static DateTimeOffset At(int seconds) => new DateTimeOffset(2026, 1, 5, 9, 0, 0, TimeSpan.Zero).AddSeconds(seconds).AddTicks(12_345);

    private static string Text(ErasureCertificate certificate) => Encoding.UTF8.GetString(certificate.File());

    private static bool Check(byte[] file)
    {
        using var reader = new StreamReader(new MemoryStream(file));
        return Verification.Run(reader).Good;
    }

    private Certificates Issuer(AuditParts parts, IDocuments? documents = null) => Issuer(parts, documents ?? world.Storage.Documents, clock);
}
