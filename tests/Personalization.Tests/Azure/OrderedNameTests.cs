using FsCheck;
using FsCheck.Fluent;
using Personalization.Functions.Azure;

namespace Personalization.Tests.Azure;

public sealed class OrderedNameTests
{
    // Short texts over the characters next to every border of the escape, and anything else.
    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.Elements("\0", "!", ",", "-", ".", "/", "0", "9", ":", "@", "A", "Z", "[", "_", "`", "a", "z", "{", "~", "é", "日", "\uffff", "🦊").ArrayOf(3).Select(string.Concat),
        ArbMap.Default.GeneratorFor<NonNull<string>>().Select(s => s.Get).Where(IsText));

    [Fact]
    public void Any_text_comes_back_and_the_order_of_names_is_the_order_of_utf8_bytes() =>
        Prop.ForAll(Texts.Two().ToArbitrary(), pair =>
        {
            var (a, b) = (OrderedName.From(pair.Item1), OrderedName.From(pair.Item2));
            Assert.Equal(pair.Item1, OrderedName.ToText(a));
            Assert.Equal(Math.Sign(Bytes(pair.Item1).AsSpan().SequenceCompareTo(Bytes(pair.Item2))), Math.Sign(string.CompareOrdinal(a, b)));
            Assert.All(a, c => Assert.True(char.IsAsciiLetterOrDigit(c) || "!-.:_~".Contains(c)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000));

    [Theory]
    [InlineData("plain-Name-7", "plain-Name-7")]
    [InlineData("a/b", "a.2Fb")]
    [InlineData("é", "~C3~A9")]
    public void Plain_names_stand_for_themselves(string text, string name) => Assert.Equal(name, OrderedName.From(text));

    [Fact]
    public void A_broken_surrogate_is_refused_before_two_keys_become_one() =>
        Assert.ThrowsAny<ArgumentException>(() => OrderedName.From("\ud800"));

    private static bool IsText(string s)
    {
        for (var at = 0; at < s.Length; at++)
        {
            if (char.IsHighSurrogate(s[at]) && at + 1 < s.Length && char.IsLowSurrogate(s[at + 1])) at++;
            else if (char.IsSurrogate(s[at])) return false;
        }
        return true;
    }

    private static byte[] Bytes(string s) => System.Text.Encoding.UTF8.GetBytes(s);
}
