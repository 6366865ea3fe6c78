using Personalization.Consent;
using Personalization.Messages;
using Personalization.Messages.Deciding;

namespace Personalization.Tests.Messages.Deciding;

/// <summary>What is logged of a decision about messages.</summary>
public sealed class MessageRecordTests
{
    private static readonly MessageRecord Whole = new(
        new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero), MessageChannel.ThirdParty, true, true, Purposes.Marketing, Purposes.ThirdParty, 7,
        [new("hero", "spring", 2.5, true), new("cart", null, 0, false)], [new("vip", SuppressedBy.NoConsent, "thirdParty"), new("late", SuppressedBy.Outbid, null)]);

    [Fact]
    public void A_record_says_what_was_decided()
    {
        var bytes = Whole.Write();
        Assert.Equal(129, bytes[0]);
        var read = MessageRecord.Read(bytes)!;
        Assert.Equal(Whole with { Slots = [], Lost = [] }, read with { Slots = [], Lost = [] }, (a, b) => a!.ToString() == b!.ToString());
        Assert.Equal(Whole.Slots, read.Slots);
        Assert.Equal(Whole.Lost, read.Lost);
    }

    [Fact]
    public void A_record_cut_short_or_with_more_is_none()
    {
        var bytes = Whole.Write();
        for (var length = 0; length < bytes.Length; length++) Assert.Null(MessageRecord.Read(bytes.AsSpan(0, length)));
        Assert.Null(MessageRecord.Read([.. bytes, 0]));
    }

    [Fact]
    public void Whatever_bytes_there_are_reading_them_ends()
    {
        var (bytes, random) = (Whole.Write(), new Random(1));
        for (var round = 0; round < 10_000; round++)
        {
            var damaged = bytes.ToArray();
            for (var n = 0; n < 3; n++) damaged[random.Next(1, damaged.Length)] = (byte)random.Next(256);
            MessageRecord.Read(damaged);
        }
    }
}
