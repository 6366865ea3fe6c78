using System.IO.Compression;
using System.Text;
using Personalization.Training.Learning;
using Personalization.Training.Offline;

namespace Personalization.Tests.Training.Offline;

/// <summary>A file is read as it was meant, or refused with the number of a line and nothing of what is in it.</summary>
public sealed class MeetingsFileTests : IDisposable
{
    private const string Head = "user,item,time\n";
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    [Theory]
    [InlineData("user,item,time,order,weight\nu1,b,2026-01-02T00:00:00Z,o1,2\nu1,b,2026-01-02T00:00:00Z,o1,2\nu2,a,2026-01-01T00:00:00Z,,\n")]
    [InlineData("\uFEFFUser, ITEM ,time,order,weight\r\nu1,b,2026-01-02T00:00:00Z,o1,2\r\n\r\nu2,a,2026-01-01T00:00:00Z,o1,1")]
    [InlineData("\"weight\",\"time\",\"item\",\"x\",\"user\"\n2,2026-01-02 00:00:00Z,b,\"a,\"\"b\",\"u1\"\n,\"2026-01-01\",\"a\",,u2\n")]
    [InlineData("{\"user\":\"u1\",\"item\":\"b\",\"time\":\"2026-01-02T01:00:00.000+01:00\",\"weight\":2}\n\n {\"user\":\"u2\",\"item\":\"a\",\"time\":\"2026-01-01T00:00Z\",\"weight\":null,\"more\":{}}\n")]
    [InlineData("\uFEFF {\"user\":\"u1\",\"item\":\"b\",\"time\":\"2026-01-02T00:00:00Z\",\"weight\":\"2\"}\r\n{\"user\":7,\"item\":\"a\",\"time\":\"2026-01-01\"}")]
    public void The_same_in_every_way_of_writing_it(string text)
    {
        var log = Read(text);
        Assert.Equal(["a", "b"], log.Items);
        Assert.Equal([new(1, 0, 1767225600, 1), new(0, 1, 1767312000, 2)], log.Meetings);
        Assert.Equal(2, log.People);
    }

    [Theory]
    [InlineData(Head + "secret,b\n", 2), InlineData(Head + "\n\"secret,b,2026-01-01\n", 3), InlineData(Head + "\"secret\"x,b,2026-01-01\n", 2)]
    [InlineData(Head + "secret,,2026-01-01\n", 2), InlineData(Head + ",secret,2026-01-01\n", 2), InlineData(Head + "u,secret,yesterday\n", 2), InlineData(Head + "u,secret,10:00\n", 2)]
    [InlineData(Head + "u,secret,01/02/2026\n", 2), InlineData(Head + "u,secret,\n", 2), InlineData(Head + "u,secret,2026-13-01\n", 2), InlineData(Head + "u,secret,1767225600\n", 2), InlineData(Head + "u,b,2026-01-01\nu,se\uFFFDcret,2026-01-01\n", 3)]
    [InlineData("user,item,secret\n", 1), InlineData("\n\nsecret\n", 3), InlineData("user,item,time,weight\nu,b,2026-01-01,secret\n", 2), InlineData("user,item,time,weight\nu,b,2026-01-01,1e400\n", 2), InlineData("user,item,time,weight\nu,b,2026-01-01,NaN\n", 2)]
    [InlineData("{\"user\":\"secret\"}\n", 1), InlineData("{\"user\":\"secret\"\n", 1), InlineData("{}\n", 1), InlineData("{\"user\":\"u\",\"item\":\"b\",\"time\":\"2026-01-01\"}\n[\"secret\"]\n", 2)]
    [InlineData("{\"user\":{\"secret\":1},\"item\":\"b\",\"time\":\"2026-01-01\"}\n", 1), InlineData("{\"user\":true,\"item\":\"secret\",\"time\":\"2026-01-01\"}\n", 1), InlineData("{\"user\":null,\"item\":\"secret\",\"time\":\"2026-01-01\"}\n", 1)]
    [InlineData("{\"user\":\"\\ud800\",\"item\":\"secret\",\"time\":\"2026-01-01\"}\n", 1), InlineData("{\"user\":\"u\",\"item\":\"secret\",\"time\":1767225600}\n", 1), InlineData("{\"user\":\"u\",\"item\":\"secret\",\"time\":\"2026-01-01\",\"weight\":[1]}\n", 1)]
    [InlineData("{\"user\":\"u\",\"item\":\"b\",\"time\":\"2026-01-01\"}\nuser,item,time\n", 2)]
    public void A_line_that_cannot_be_read_is_named_by_its_number_and_not_quoted(string text, int line)
    {
        var refused = Assert.Throws<FormatException>(() => Read(text));
        Assert.StartsWith($"line {line}: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.ToString(), StringComparison.Ordinal);
        Assert.True(refused.Message.Length < 100);
    }

    [Theory]
    [InlineData(""), InlineData(Head), InlineData("\n \n\uFEFF\n")]
    public void A_file_of_nothing_is_nobody_and_nothing(string text)
    {
        var log = Read(text);
        Assert.Equal((0, 0, 0, 0), (log.Meetings.Count, log.People, log.Items.Count, log.Before(long.MaxValue).Count));
    }

    [Fact]
    public void Names_of_ten_kilobytes_are_names()
    {
        var name = new string('é', 10_240);
        var log = Read($"{Head}{name},{name},2026-01-01\n{name},{name}x,2026-01-01\n");
        Assert.Equal((1, 2), (log.People, log.Items.Count));
        Assert.Equal(name, log.Items[0]);
    }

    [Fact]
    public void Lines_that_weigh_nothing_make_no_pair_and_small_and_large_ones_do()
    {
        var log = Read("user,item,time,weight\nu,a,2026-01-01,0\nu,b,2026-01-01,-1\nu,c,2026-01-01,1e-30\nu,d,2026-01-01,1e30\n");
        Assert.Equal([2, 3], log.Before(long.MaxValue).ColumnsOf(0).ToArray());
    }

    [Fact]
    public void Packed_files_are_read_and_cut_off_or_broken_ones_refused()
    {
        var text = Head + string.Concat(Enumerable.Range(0, 5000).Select(i => $"user{i},item{i % 77},2026-01-01\n"));
        var packed = Packed(text);
        Assert.Equal(5000, MeetingsFile.Read(Kept("whole.csv.gz", packed)).Meetings.Count);
        foreach (var length in new[] { packed.Length - 1, packed.Length - 9, packed.Length - 100, 0, packed.Length / 2, 5 })
        {
            var cut = Record.Exception(() => MeetingsFile.Read(Kept("cut.csv.gz", packed[..length])));
            Assert.True(cut is FormatException, $"{length} of {packed.Length}: {cut}");
        }

        Refused(Kept("plain.csv.gz", Encoding.UTF8.GetBytes(text)));
        packed[packed.Length / 2] ^= 0xFF;
        Refused(Kept("broken.csv.gz", packed));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused_with_their_line()
    {
        var bytes = Encoding.UTF8.GetBytes(Head + "u,b,2026-01-01\nu,");
        Assert.StartsWith("line 3: ", Assert.Throws<FormatException>(() => MeetingsFile.Read(Kept("a.csv", [.. bytes, 0xC3, 0x28, .. ",2026-01-01"u8]))).Message, StringComparison.Ordinal);
    }

    /// <summary>Whoever is left out of a log leaves what a log has that never had them: also where they came first, and with what only they met.</summary>
    [Theory]
    [InlineData("first"), InlineData("last"), InlineData("u17")]
    public void Without_somebody_it_is_the_file_without_their_lines(string gone)
    {
        var random = new Random(1);
        string[] lines =
        [
            "first,zebra,2026-01-01", "first,apple,2026-01-05", "first,only-first,2026-01-02",
            .. Enumerable.Range(0, 400).Select(i => $"u{random.Next(40)},{(char)('a' + random.Next(26))}{random.Next(3)},2026-01-{random.Next(1, 28):d2}"),
            "last,zebra,2026-01-01", "last,only-last,2026-01-01", "u3,apple,2026-01-01", "u4,zebra,2026-01-03",
        ];
        var names = lines.Select(l => l.Split(',')[0]).Distinct().ToList();
        var (without, never) = (Read(Head + string.Join('\n', lines)).Without(new HashSet<int> { names.IndexOf(gone) }), Read(Head + string.Join('\n', lines.Where(l => !l.StartsWith(gone + ",", StringComparison.Ordinal)))));
        Assert.Equal(never.Items, without.Items);
        Assert.Equal(never.Meetings, without.Meetings);
        Assert.Equal(never.People, without.People);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static void Refused(string path) => Assert.Throws<FormatException>(() => MeetingsFile.Read(path));

    private static MeetingLog Read(string text) => MeetingsFile.Read(new StringReader(text));

    private static byte[] Packed(string text)
    {
        using var into = new MemoryStream();
        using (var packing = new GZipStream(into, CompressionLevel.Fastest)) packing.Write(Encoding.UTF8.GetBytes(text));
        return into.ToArray();
    }

    private string Kept(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
