using FsCheck;
using FsCheck.Fluent;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Profiles;

public sealed class FeatureDocumentTests
{
    private static readonly ConsentState Decided = new(new(Purposes.Personalization, Purposes.Marketing), 7, Behaviour.Start.AddTicks(3));

    [Fact]
    public void What_was_written_is_read_back_byte_by_byte() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var (profile, vault) = Warm(new Random(seed), 80);
            var (again, vaultAgain) = (new Profile(), new VaultFeatures());
            return again.Read(Behaviour.Bytes(profile)) && vaultAgain.Read(Behaviour.Bytes(vault))
                && Behaviour.Bytes(again).AsSpan().SequenceEqual(Behaviour.Bytes(profile)) && Behaviour.Bytes(vaultAgain).AsSpan().SequenceEqual(Behaviour.Bytes(vault))
                && again.Consent == Decided && again.UpdatedAt == profile.UpdatedAt;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_single_changed_bit_anywhere_is_recognized()
    {
        var bytes = Behaviour.Bytes(Warm(new Random(1), 20).Profile);
        var profile = new Profile();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(profile.Read(bytes), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.True(profile.Read(bytes));
    }

    [Fact]
    public void A_document_cut_short_or_of_another_kind_is_recognized()
    {
        var bytes = Behaviour.Bytes(Warm(new Random(1), 20).Profile);
        Assert.All(Enumerable.Range(0, bytes.Length), n => Assert.False(new Profile().Read(bytes.AsSpan(0, n))));
        Assert.False(new Profile().Read("{\"recent\":[]}"u8));
    }

    [Fact]
    public void The_section_of_a_feature_that_is_no_longer_made_is_left_out()
    {
        var vault = new VaultFeatures();
        Behaviour.Fold(new Profile(), vault, Behaviour.Event(EventType.Purchase, null, 0, 1));
        var profile = new Profile();
        Assert.True(profile.Read(Behaviour.Bytes(vault)));
        Assert.Equal(DocumentHead.Bytes + Marks.Bytes(1, 0), Behaviour.Bytes(profile).Length);
    }

    [Fact]
    public void The_head_tells_consent_and_known_events_without_reading_on()
    {
        var e = Behaviour.Event(EventType.View, null, 0, 1);
        var profile = new Profile { Consent = Decided };
        Behaviour.Fold(profile, null, e);
        Assert.True(DocumentHead.TryRead(Behaviour.Bytes(profile), out var head));
        Assert.Equal(Decided, head.Consent);
        Assert.True(head.Knows(e.Id));
        Assert.False(head.Knows(e.Id + 1));
        Assert.False(head.Knows(0));
    }

    [Fact]
    public void A_typical_warm_profile_is_well_under_two_kilobytes()
    {
        var profile = new Profile();
        var random = new Random(5);
        Behaviour.Fold(profile, null, [.. Enumerable.Range(0, 60).Select(i => Behaviour.Event(EventType.View, Behaviour.Start.AddHours(i * 2), 0, random.Next(12)))]);
        Assert.InRange(Behaviour.Bytes(profile).Length, 500, 1500);
    }

    [Fact]
    public void The_most_a_document_can_hold_fits_the_room_it_asks_for()
    {
        var (profile, vault) = Warm(new Random(9), 5000);
        Assert.InRange(Behaviour.Bytes(profile).Length, 1000, profile.MaxBytes);
        Assert.InRange(Behaviour.Bytes(vault).Length, 100, vault.MaxBytes);
    }

    internal static (Profile Profile, VaultFeatures Vault) Warm(Random random, int count)
    {
        var (profile, vault) = (new Profile { Consent = Decided }, new VaultFeatures());
        Behaviour.Fold(profile, vault, [.. Enumerable.Range(0, count).Select(_ =>
            Behaviour.Event((EventType)random.Next(1, 11), Behaviour.Start.AddMinutes(random.Next(60 * 24 * 40)), 0, random.Next(12), random.Next(200)) with
            {
                Region = random.Next(2) == 0 ? default : new Region((ulong)random.Next(1, 9)), Terms = new[] { (ulong)random.Next(1, 99) }, Value = random.Next(9), DwellMs = random.Next(90_000), Session = (ulong)random.Next(3),
            })]);
        return (profile, vault);
    }
}
