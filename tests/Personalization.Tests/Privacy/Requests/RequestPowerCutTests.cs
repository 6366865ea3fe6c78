using Personalization.Events;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Events;
using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests.Privacy.Requests;

/// <summary>
/// The power goes while a whole application erases somebody, at any operation of the disk: those by which the stream is written
/// anew without them among it. What is found after that goes on, and in the end everything is as if nothing had happened.
/// </summary>
public sealed class RequestPowerCutTests
{
    /// <summary>How many operations one erasure takes.</summary>
    private long length;

    [Fact]
    public async Task A_power_cut_at_any_operation_of_the_disk_changes_nothing_in_the_end()
    {
        var expected = await End(long.MaxValue, new(1));
        Assert.True(length > 200);
        for (var at = 1L; at <= length; at++) Assert.Equal($"{at} of {length}\n{expected}", $"{at} of {length}\n{await End(at, new((int)at))}");
    }

    [Fact]
    public async Task Nor_does_another_after_it()
    {
        var expected = await End(long.MaxValue, new(1));
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Assert.Equal($"{seed}\n{expected}", $"{seed}\n{await End(random.NextInt64(length), random, random.NextInt64(length))}");
        }
    }

    private async Task<string> End(long at, Random chance, long? again = null)
    {
        var (disk, clock, secrets) = (new FaultyFiles(), new ManualClock(), new MemorySecrets());
        string[] subjects;
        await using (var world = await PrivacyWorld.Over(disk, clock, secrets, ("Privacy__Verify", "none")))
        {
            await world.Live("u", "v");
            await world.Live("else", "else");
            subjects = [(await world.People.Find("u", null, default))!.Value.ToString(), (await world.People.Find(null, "v", default))!.Value.ToString()];
            var before = disk.Operations;
            if (at < long.MaxValue) disk.CutAt = before + at;
            await Live(world, disk);
            if (at == long.MaxValue)
            {
                length = disk.Operations - before;
                Assert.Contains(disk.Made, m => m.At > before && m.Name.StartsWith(LogNames.Stream, StringComparison.Ordinal) && m.Name.EndsWith(LogNames.Unfinished, StringComparison.Ordinal));
            }
        }

        if (again is { } second)
        {
            disk = disk.Restarted(chance);
            disk.CutAt = second;
            try
            {
                await using var world = await PrivacyWorld.Over(disk, clock, secrets, ("Privacy__Verify", "none"));
                await Live(world, disk);
            }
            // It went while the engine was starting.
            catch (Exception e) when (e is StorageStartException or StoreUnavailableException && disk.IsCut) { }
        }

        await using var last = await PrivacyWorld.Over(disk.Restarted(chance), clock, secrets, ("Privacy__Verify", "none"));
        await RequestEnd.Course(last, "erasure", () => false);
        Assert.All(subjects, s => Assert.Equal(0, last.Storage.Stream.Count(StreamedEvent.Hub, s)));
        return await RequestEnd.Of(last, "erasure", subjects) + $"\n{last.Storage.Stream.Everything(StreamedEvent.Hub).Count()} records of others";
    }

    private static async Task Live(PrivacyWorld world, FaultyFiles disk)
    {
        try { await RequestEnd.Course(world, "erasure", () => disk.IsCut); }
        // Who asks a machine without power is answered by nobody.
        catch (Exception e) when (e is Xunit.Sdk.TrueException or StoreUnavailableException && disk.IsCut) { }
    }
}
