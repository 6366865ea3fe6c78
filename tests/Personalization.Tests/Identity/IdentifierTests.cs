using Personalization.Identity;

namespace Personalization.Tests.Identity;

/// <summary>What may name somebody, and in which form.</summary>
public sealed class IdentifierTests
{
    private static readonly SaltOptions Options = SaltOptions.Read(new(new Dictionary<string, string> { ["Identity__Blocked"] = "Kiosk-1, demo" }));

    [Theory]
    [InlineData("v-42"), InlineData("a b"), InlineData("jürgen"), InlineData("Юрий"), InlineData("山田太郎"), InlineData("нет1"), InlineData("🛒"), InlineData("user|7f3a"), InlineData("x")]
    public void An_ordinary_id_is_taken_as_it_is(string text)
    {
        var id = Read("visitor", text, out var fault);
        Assert.Null(fault);
        Assert.Equal(text, System.Text.Encoding.UTF8.GetString(id!.Value.Span));
    }

    [Theory]
    [InlineData("", "1 to 256"), InlineData(" v", "space"), InlineData("v ", "space")]
    [InlineData("v\u0000", "cannot be seen"), InlineData("v\n", "cannot be seen"), InlineData("a\tb", "cannot be seen"), InlineData("v\u200B1", "cannot be seen"), InlineData("v\u202E1", "cannot be seen")]
    [InlineData("v\uFEFF", "cannot be seen"), InlineData("v\u00A01", "cannot be seen"), InlineData("v\uE000", "cannot be seen"), InlineData("v\uFFFD", "cannot be seen"), InlineData("v\u0085", "cannot be seen")]
    [InlineData("ｖ１", "imitates"), InlineData("v²⁰", "imitates"), InlineData("ﬁsh", "imitates"), InlineData("𝐯1", "imitates"), InlineData("\u212A1", "imitates"), InlineData("①", "imitates")]
    [InlineData("pаypal", "scripts"), InlineData("Αlice", "scripts"), InlineData("ոice", "scripts")]
    [InlineData("null", "placeholder"), InlineData("NULL", "placeholder"), InlineData("undefined", "placeholder"), InlineData("0", "placeholder"), InlineData("[object Object]", "placeholder")]
    [InlineData("00000000-0000-0000-0000-000000000000", "placeholder"), InlineData("kiosk-1", "placeholder"), InlineData("DEMO", "placeholder")]
    public void What_names_nobody_or_seems_what_it_is_not_is_refused_with_the_reason(string text, string reason)
    {
        Assert.Null(Read("visitor", text, out var fault));
        Assert.Contains(reason, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Length_is_counted_in_characters()
    {
        Assert.NotNull(Read("user", string.Concat(Enumerable.Repeat("🛒", 256)), out _));
        Assert.Null(Read("user", string.Concat(Enumerable.Repeat("🛒", 257)), out _));
        Assert.Null(Read("user", new('x', 1 << 20), out _));
    }

    [Theory]
    [InlineData("email", "Jane.Doe@Shop.COM", "jane.doe@shop.com"), InlineData("email", "a+b@x.co", "a+b@x.co")]
    [InlineData("phone", "+49 (30) 123-4567", "+49301234567"), InlineData("phone", "0049 30 1234567", "+49301234567"), InlineData("phone", "+1.202.555.0143", "+12025550143")]
    public void What_people_write_in_many_ways_has_one_form(string space, string text, string form) =>
        Assert.Equal(form, System.Text.Encoding.UTF8.GetString(Read(space, text, out _)!.Value.Span));

    [Theory]
    [InlineData("email", "jane"), InlineData("email", "@x.com"), InlineData("email", "a@b@c.com"), InlineData("email", "a@com"), InlineData("email", "a@x.com."), InlineData("email", "a@x..com")]
    [InlineData("email", "jané@x.com"), InlineData("email", "a b@x.com"), InlineData("email", "a@.com"), InlineData("email", "test@test.com"), InlineData("email", "a@")]
    [InlineData("phone", "030 1234567"), InlineData("phone", "+49"), InlineData("phone", "+0301234567"), InlineData("phone", "+1234567890123456"), InlineData("phone", "+49 30 CALLME"), InlineData("phone", "+1 111 111 1111"), InlineData("phone", "00")]
    public void What_is_no_address_and_no_number_is_refused(string space, string text)
    {
        Assert.Null(Read(space, text, out var fault));
        Assert.NotNull(fault);
    }

    [Fact]
    public void An_identifier_does_not_show_its_value() => Assert.DoesNotContain("PLANTED", Read("user", "PLANTED", out _)!.ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_token_is_no_namespace_a_caller_can_name() => Assert.Null(Namespaces.Find("token"));

    private static Identifier? Read(string space, string text, out string? fault) => Identifier.Read(Namespaces.Find(space)!, text, Options.Blocked, out fault);
}
