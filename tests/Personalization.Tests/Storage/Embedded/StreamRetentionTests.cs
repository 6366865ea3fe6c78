using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;
using static Personalization.Tests.Storage.Embedded.StreamCalls;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>Records of a stream go in their time, and their files with them.</summary>
public sealed class StreamRetentionTests
{
    private readonly Store hub = Declared.Stream(TimeSpan.FromHours(24)), brief = Declared.Stream(TimeSpan.FromHours(1));
    private readonly MemoryFiles files = new();
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Expired_records_are_not_served_even_before_their_file_goes()
    {
        await using var engine = Open();
        await Publish(engine, hub, 0, "long");
        await Publish(engine, brief, 0, "short");
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(Read(engine, brief, 0, 0));
        Assert.Equal([(0, "long")], Read(engine, hub, 0, 0));
        Assert.Equal(1, engine.Stream.Read(brief, 0, 0, 10).Next);
    }

    [Fact]
    public async Task Files_whose_records_have_all_expired_are_deleted_and_sequences_go_on_all_the_same()
    {
        await using (var engine = Open())
        {
            await Publish(engine, hub, 0, "find-me", "b");
            for (var hour = 0; hour < 30; hour++) await Pass(engine, TimeSpan.FromHours(1));
            Assert.DoesNotContain("stream-00000001.log", files.List(""));
            Assert.Equal((2, 2), engine.Stream.Bounds(hub, 0));
        }
        await using var again = Open();
        await Publish(again, hub, 0, "c");
        Assert.Equal([(2, "c")], Read(again, hub, 0, 0));
    }

    [Fact]
    public async Task Short_lived_records_leave_the_disk_in_their_time_beside_long_lived_ones()
    {
        await using var engine = Open();
        await Publish(engine, hub, 0, "long");
        await Publish(engine, brief, 0, "find-me");
        for (var hour = 0; hour < 3; hour++) await Pass(engine, TimeSpan.FromHours(1));
        Assert.DoesNotContain(files.List(""), n => Holds(n, "find-me"));
        Assert.Contains(files.List(""), n => Holds(n, "long"));
        Assert.Equal([(0, "long")], Read(engine, hub, 0, 0));
    }

    [Fact]
    public async Task Files_of_a_time_when_there_was_one_retention_are_read_under_the_names_they_have()
    {
        await using (var before = EmbeddedStorage.Open(files, new(), new StoreRegistry([hub]), clock)) await Publish(before, hub, 3, "a", "b");
        Assert.Equal(["stream-00000001.log"], files.List("").Where(n => n.StartsWith("stream", StringComparison.Ordinal)));
        await using var engine = Open();
        await Publish(engine, brief, 3, "c");
        Assert.Equal([(0, "a"), (1, "b")], Read(engine, hub, 3, 0));
        Assert.Equal([(0, "c")], Read(engine, brief, 3, 0));
    }

    [Fact]
    public async Task Files_of_a_retention_that_nothing_declared_has_are_deleted()
    {
        await using (var engine = Open()) await Publish(engine, brief, 0, "find-me");
        await using var without = EmbeddedStorage.Open(files, new(), new StoreRegistry([hub]), clock);
        Assert.DoesNotContain(files.List(""), n => Holds(n, "find-me"));
    }

    private EmbeddedStorage Open() => EmbeddedStorage.Open(files, new(), new StoreRegistry([hub, brief]), clock);

    private bool Holds(string name, string text)
    {
        using var file = files.Open(name);
        var bytes = new byte[file.Length];
        file.Read(bytes, 0);
        return bytes.AsSpan().IndexOf(Declared.Utf8(text)) >= 0;
    }

    private async Task Pass(EmbeddedStorage engine, TimeSpan time)
    {
        clock.Advance(time);
        await engine.Sweeping;
    }
}
