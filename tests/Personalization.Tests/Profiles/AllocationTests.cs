using Personalization.Catalog;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Vault;

namespace Personalization.Tests.Profiles;

/// <summary>Allocation is a feature: none per event and none per profile once all is warm.</summary>
public sealed class AllocationTests
{
    [Fact]
    public void Reading_folding_counting_and_writing_allocates_nothing()
    {
        var (profile, vault, tally, input, keys, room) = (new Profile(), new VaultFeatures(), new Tally(), new FeatureInput(), new KeyPool(), new byte[new Profile().MaxBytes]);
        var catalogue = Behaviour.Catalogue;
        DeliveredRecord[] records = [.. Enumerable.Range(0, 200).Select(i => Behaviour.Record(i, Behaviour.Event((EventType)((i % 10) + 1), Behaviour.Start.AddMinutes(i), 0, i % 12) with { Terms = new[] { (ulong)(i % 50) }, Region = new(0x4544) }))];
        void Once()
        {
            keys.Reset();
            tally.Clear();
            profile.Begin(default);
            vault.Begin(default);
            foreach (var record in records)
            {
                StreamedEvent.TryRead(record.Body.Span, keys, out var e);
                input.Take(e, catalogue);
                ProfileFold.Apply(profile, vault, tally, input, catalogue, new(3, record.Sequence, record.Sequence, false, false));
                profile.Read(room.AsSpan(0, profile.Write(room)));
                vault.Read(room.AsSpan(0, vault.Write(room)));
            }
        }

        Assert.Equal(0, Allocated(Once));
    }

    [Fact]
    public void The_head_is_read_without_allocation()
    {
        var profile = new Profile();
        Behaviour.Fold(profile, null, Behaviour.Event(EventType.View, null, 0, 1));
        var bytes = Behaviour.Bytes(profile);
        Assert.Equal(0, Allocated(() => _ = DocumentHead.TryRead(bytes, out var head) && head.Knows(7) && head.Consent.Next == 3));
    }

    /// <summary>The least of some runs: what allocates does so in all of them, and the runtime itself now and then in one.</summary>
    private static long Allocated(Action act)
    {
        for (var i = 0; i < 50; i++) act();
        var least = long.MaxValue;
        for (var i = 0; i < 10; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            act();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
