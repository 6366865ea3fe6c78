using Microsoft.Extensions.Logging.Abstractions;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Trust;

/// <summary>Records nobody can use, between good ones, through the pump and the functions of the product.</summary>
public sealed class PoisonTests : IAsyncLifetime
{
    private const int Good = 400;
    private const int Bad = 600;

    private readonly ManualClock clock = new();
    private readonly Random random = new(11);
    private readonly List<(int Person, int Item)> good = [];
    private State state = null!;
    private Composition parts = null!;
    private int unreadable;

    public async Task InitializeAsync()
    {
        state = await State.InMemory(Composition.Stores, clock);
        parts = Composition.Build(AppOptions.Read(new([])), state, clock);
        await parts.Catalogue.Upsert([.. Behaviour.Catalogue.All.Select(i => i.Item)], default);
    }

    public async Task DisposeAsync()
    {
        parts.Meter.Dispose();
        await state.DisposeAsync();
    }

    [Fact]
    public async Task No_record_holds_up_its_partition_and_each_unusable_one_leaves_a_letter()
    {
        for (var i = 0; i < Good + Bad; i++) await (random.Next(Good + Bad) < Good ? PublishGood(i) : PublishBad(i));
        // What follows the poison must come through as well.
        for (var p = 0; p < state.Stream.Partitions; p++) await PublishGood(100_000 + p);
        var invocations = new Invocations(parts.Meter, clock, NullLogger<Invocations>.Instance);
        var pump = new StreamPump(parts.Table, state.Embedded!.Stream, invocations, new(16, TimeSpan.Zero, TimeSpan.FromSeconds(10), Paused: false), clock, parts.Meter, NullLogger<StreamPump>.Instance);
        pump.Start();
        await pump.Drain();
        Assert.Equal(0, pump.Lag);
        Assert.True(parts.Featurizer.Works);
        foreach (var (person, item) in good)
        {
            var profile = new Profile();
            Assert.True(profile.Read((await state.Documents.Get(Profile.Store, Behaviour.Person(person).ToString(), Profile.Id, default)).Value.Body.Span));
            Assert.True(profile.Recent.Contains(Behaviour.Item(item), Behaviour.Now), $"{person} lacks {item}");
        }

        Assert.InRange(unreadable, 300, Bad + 100);
        Assert.Equal(unreadable, await Letters());
    }

    [Theory]
    [InlineData(long.MaxValue), InlineData(long.MinValue), InlineData(-1), InlineData((uint.MaxValue * 1000L) + 1)]
    public async Task A_record_of_a_time_that_cannot_be_becomes_a_letter_and_decisions_go_on(long at)
    {
        var record = Behaviour.Record(0, Behaviour.Event(EventType.View, null, 1, 1) with { At = at });
        await parts.Featurizer.Apply(new(StreamedEvent.Hub.Name, "1", [record], 0), default);
        Assert.Equal(1, await Letters());
        Assert.Equal(Status.NotFound, (await state.Documents.Get(Profile.Store, Behaviour.Person(1).ToString(), Profile.Id, default)).Status);
    }

    private async Task PublishGood(int person)
    {
        var item = random.Next(12);
        good.Add((person, item));
        await Publish(Behaviour.Person(person).Partition(state.Stream.Partitions), Body(Behaviour.Event(EventType.View, null, person, item)));
    }

    private async Task PublishBad(int i)
    {
        // Of people of their own, because a flipped record may still be one, of whoever.
        var whole = Body(Behaviour.Event(EventType.Purchase, null, 1_000_000 + i, random.Next(12), random.Next(12)) with { Terms = new[] { 3UL }, Value = 9 });
        var bytes = (i % 5) switch
        {
            0 => Bytes(random.Next(1, 400)),
            1 => whole[..random.Next(1, whole.Length)],
            2 => Flipped(whole),
            3 => Changed(whole, 16, (byte)random.Next(2, 256)),
            _ => Changed(whole, random.Next(16, 24), (byte)random.Next(256)),
        };
        if (!StreamedEvent.TryRead(bytes, new(), out _)) unreadable++;
        await Publish(random.Next(state.Stream.Partitions), bytes);
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Flipped(byte[] whole)
    {
        var flipped = (byte[])whole.Clone();
        for (var n = random.Next(1, 4); n > 0; n--) flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
        return flipped;
    }

    /// <summary>Another byte in the head: the version, the type, the consent, the counts.</summary>
    private static byte[] Changed(byte[] whole, int at, byte to)
    {
        var bytes = Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(whole));
        bytes[at] = to;
        return System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));
    }

    private static byte[] Body(in StreamedEvent e)
    {
        var body = new byte[StreamedEvent.MaxBytes];
        return body[..e.Write(body)];
    }

    private async Task Publish(int partition, byte[] body) =>
        Assert.True((await state.Stream.Publish(StreamedEvent.Hub, partition, [new("subject", body)], default)).Ok);

    private async Task<int> Letters()
    {
        var (count, next) = (0, (string?)null);
        do
        {
            var page = (await state.Documents.Scan(DeadLetters.Store, next, 1000, default)).Value;
            (count, next) = (count + page.Items.Count, page.Next);
        }
        while (next is not null);
        return count;
    }
}
