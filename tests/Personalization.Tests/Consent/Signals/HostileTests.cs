using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Personalization.Consent;
using Personalization.Consent.Signals;

namespace Personalization.Tests.Consent.Signals;

/// <summary>Whatever is sent, reading it ends, throws nothing, costs no memory and errs towards no.</summary>
public sealed class HostileTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly TcfOptions Tcf = new(0, TimeSpan.FromDays(396));
    private static readonly string UsOptOut = "DBABL~" + TcText.Text("000001" + "000000000000" + "010101" + new string('0', 24) + "0000" + "00" + "100000");

    private static readonly Gen<byte[]> AnyBytes = ArbMap.Default.GeneratorFor<byte[]>();
    private static readonly Gen<byte[]> AnySignal = Gen.Elements<byte>([.. "ABCDghi01-_.~"u8]).ArrayOf().Select(tail => (byte[])[.. "DBACMM~C"u8, .. tail]);

    [Fact]
    public void Random_bytes_grant_nothing_and_throw_nothing() =>
        Prop.ForAll(Gen.OneOf(AnyBytes, AnySignal).ToArbitrary(), bytes =>
            Votes(bytes).All(v => v.Granted == Purposes.None) && TcfSignal.Read(bytes, Tcf, Now) == Vote.No(TcfSignal.Spoken)).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

    [Fact]
    public void A_string_cut_short_grants_nothing_the_whole_one_does_not()
    {
        // But for one cut: before the publisher's segment, which leaves a whole string that says less.
        foreach (var whole in (TcText[])[TcText.All, TcText.All with { Consents = [5, 6], Restrictions = [(5, 0, 1, 9)] }, TcText.All with { Publisher = [3, 4] }])
        {
            var text = whole.ToString();
            var granted = TcfSignal.Read(whole.Bytes(), Tcf, Now).Granted;
            for (var length = 0; length < text.Length; length++)
            {
                if (whole.Publisher is not null && length == text.LastIndexOf('.')) continue;
                var cut = Encoding.ASCII.GetBytes(text[..length]);
                Assert.Equal(Purposes.None, TcfSignal.Read(cut, Tcf, Now).Granted & ~granted);
                Assert.Equal(Purposes.None, GppSignal.Read([.. "DBABM~"u8, .. cut], Tcf, Now).Granted & ~granted);
            }
        }
    }

    [Fact]
    public void One_flipped_bit_never_grants_what_takes_more_than_one()
    {
        // Of a person who consented to nothing: training and location are one bit each, all else takes two.
        var text = new TcText { Vendors = [7], Disclosed = [7] }.ToString();
        for (var bit = 0; bit < text.Length * 6; bit++)
        {
            var vote = TcfSignal.Read(Encoding.ASCII.GetBytes(TcText.Flip(text, bit)), Tcf, Now);
            Assert.True(vote.Granted is Purposes.None or Purposes.Training or Purposes.Location, $"bit {bit} grants {vote.Granted}");
            Assert.Equal(TcfSignal.Spoken, vote.Granted ^ vote.Denied);
        }
    }

    [Fact]
    public void A_us_string_cut_or_flipped_anywhere_grants_nothing()
    {
        for (var i = 0; i < UsOptOut.Length; i++)
        {
            Assert.Equal(Vote.No(Purposes.All), GppSignal.Read(Encoding.ASCII.GetBytes(UsOptOut[..Math.Min(i, UsOptOut.Length - 2)]), Tcf, Now));
            if (UsOptOut[i] == '~') continue;
            for (var bit = 0; bit < 6; bit++)
                Assert.Equal(Purposes.None, GppSignal.Read(Encoding.ASCII.GetBytes(TcText.Flip(UsOptOut, (6 * i) + bit)), Tcf, Now).Granted);
        }
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        var tc = (TcText.All with { Publisher = [3, 4], Restrictions = [(5, 0, 1, 9)] }).Bytes();
        var gpp = Encoding.ASCII.GetBytes($"DBACMM~{TcText.All}~{UsOptOut[6..]}.YA");
        for (var i = 0; i < 100; i++) Read(tc, gpp);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Read(tc, gpp);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.NotEqual(Vote.Silent, Read(tc, gpp));
    }

    private static Vote Read(byte[] tc, byte[] gpp) => TcfSignal.Read(tc, Tcf, Now) + GppSignal.Read(gpp, Tcf, Now) + Gpc.Read("1"u8) + Gpc.Read("1");

    private static IEnumerable<Vote> Votes(byte[] bytes) => [TcfSignal.Read(bytes, Tcf, Now), TcfSignal.Read(bytes, Tcf with { Vendor = 7 }, Now), GppSignal.Read(bytes, Tcf, Now), Gpc.Read(bytes)];
}
