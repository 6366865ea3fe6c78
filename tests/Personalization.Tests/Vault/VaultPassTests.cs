using System.Buffers.Text;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Vault;

namespace Personalization.Tests.Vault;

/// <summary>A pass opens what it was made for until its last millisecond, and nothing else does.</summary>
public sealed class VaultPassTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly VaultSigner Signer = new(() => [Key]);
    private static readonly VaultPass Pass = new(new((UInt128)7 << 100 | 9), Purposes.Personalization, Now + VaultPass.Longest, 0xfedcba9876543210);

    [Fact]
    public void What_was_issued_is_read_as_it_was() => Assert.Equal(Pass, Signer.Read(Signer.Issue(Pass), Now));

    [Fact]
    public void A_pass_of_another_key_opens_nothing()
    {
        Assert.Null(new VaultSigner(() => [new byte[32]]).Read(Signer.Issue(Pass), Now));
    }

    [Fact]
    public void A_pass_of_the_key_before_still_opens_and_new_ones_are_of_the_new_key()
    {
        var after = new VaultSigner(() => [new byte[32], Key]);
        Assert.Equal(Pass, after.Read(Signer.Issue(Pass), Now));
        Assert.Null(Signer.Read(after.Issue(Pass), Now));
    }

    [Fact]
    public void A_single_changed_bit_anywhere_closes_it()
    {
        var bytes = Base64Url.DecodeFromChars(Signer.Issue(Pass));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Signer.Read(Base64Url.EncodeToString(bytes), Now) is null, $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.NotNull(Signer.Read(Base64Url.EncodeToString(bytes), Now));
    }

    [Fact]
    public void It_is_over_to_the_millisecond()
    {
        var text = Signer.Issue(Pass);
        Assert.NotNull(Signer.Read(text, Pass.ExpiresAt.AddMilliseconds(-1)));
        Assert.Null(Signer.Read(text, Pass.ExpiresAt));
        Assert.Null(Signer.Read(text, Pass.ExpiresAt.AddMilliseconds(1)));
    }

    [Fact]
    public void One_that_would_last_longer_than_a_quarter_of_an_hour_opens_nothing_although_it_is_signed()
    {
        var longer = Signer.Issue(Pass with { ExpiresAt = Pass.ExpiresAt.AddMilliseconds(1) });
        Assert.Null(Signer.Read(longer, Now));
        Assert.Equal(["minutes", "minutes"], new[] { 0, 16 }.Select(m => new PassRequest { Visitor = "v", Purpose = "training", Minutes = m }.Fault()?.Field));
    }

    [Theory]
    [InlineData(""), InlineData("x"), InlineData("not base64url at all!")]
    public void What_is_no_pass_opens_nothing(string text)
    {
        Assert.Null(Signer.Read(text, Now));
        Assert.Null(Signer.Read(Signer.Issue(Pass) + text.PadLeft(1), Now));
        Assert.Null(Signer.Read(Signer.Issue(Pass)[1..], Now));
        Assert.Null(Signer.Read("\u00e9" + Signer.Issue(Pass)[1..], Now));
    }

    [Fact]
    public void A_request_that_makes_no_sense_names_its_field() => Assert.Equal(["visitor", "purpose", "purpose", "purpose"], new PassRequest[]
    {
        new() { Purpose = "training" }, new() { User = "u" }, new() { User = "u", Purpose = "everything" }, new() { User = "u", Purpose = "None" },
    }.Select(r => r.Fault()?.Field));
}
