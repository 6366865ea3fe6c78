using Personalization.Training.Offline;

namespace Personalization.Tests.Training.Offline;

public sealed class ItemsFileTests
{
    [Fact]
    public void Known_columns_are_what_they_are_called_and_all_others_attributes()
    {
        var items = ItemsFile.Read(new StringReader("item,Title,brand,price,currency,category,colour\n1,\"mug, blue\",acme,2.50,EUR,cups,blue\n\n2,bowl,,3,,,\n")).All;
        var (first, second) = (items[0].Item, items[1].Item);
        Assert.Equal(("1", "cups", "acme", 2.5m, "EUR"), (first.Id, first.Category, first.Brand, first.Price, first.Currency));
        Assert.Equal(["colour=blue", "title=mug, blue"], first.Attributes!.Select(a => $"{a.Key}={a.Value}").Order());
        Assert.Equal(("2", null, "XXX"), (second.Id, second.Brand, second.Currency));
        Assert.Equal("title", Assert.Single(second.Attributes!).Key);
    }

    [Theory]
    [InlineData("title\nmug", "line 1: the first line must name item")]
    [InlineData("item,price\n1,secret", "line 2: price is no number")]
    [InlineData("item,price\n1", "line 2: there are fewer values than in the first line")]
    [InlineData("item\n\"1", "line 2: a quotation does not end where it should")]
    [InlineData("item,price\n,1", "line 2: id must have 1 to 256 characters")]
    [InlineData("item,price,currency\n1,2,euros", "line 2: currency must be three capital letters (ISO 4217)")]
    public void A_line_that_cannot_be_read_is_refused_without_what_is_in_it(string file, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => ItemsFile.Read(new StringReader(file))).Message);
}
