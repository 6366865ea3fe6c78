using Personalization.Decisions.Candidates;

namespace Personalization.Tests.Decisions.Candidates;

public sealed class KeyTableTests
{
    [Fact]
    public void What_is_there_stays_where_it_is_while_it_is_asked_for_again()
    {
        var table = new KeyTable<int>();
        for (var key = 1ul; key <= 5000; key++) table.At(key) = table.At(key) + (int)key;
        for (var key = 1ul; key <= 5000; key++) Assert.Equal((int)key, table.Of(key));
        Assert.Equal(5000, table.Count);
    }

    [Fact]
    public void It_remembers_as_a_dictionary_does_and_nothing_from_before_it_was_cleared()
    {
        var (table, random) = (new KeyTable<int>(), new Random(3));
        for (var round = 0; round < 50; round++)
        {
            table.Clear();
            var known = new Dictionary<ulong, int>();
            for (var n = random.Next(700); n > 0; n--)
            {
                // Few lower bits, so that keys meet.
                var key = (ulong)(uint)random.Next(40) + ((ulong)(uint)random.Next(40) << 40);
                table.At(key) += n;
                known[key] = known.GetValueOrDefault(key) + n;
            }

            Assert.Equal(known.Count, table.Count);
            Assert.All(known, k => Assert.Equal(k.Value, table.Of(k.Key)));
            Assert.Equal(0, table.Of((7ul << 32) + 41));
        }
    }
}
