using System.Globalization;
using System.Text;
using Personalization.Catalog;
using Personalization.Models;
using Personalization.Training.Choosing;
using Personalization.Training.Content;
using Personalization.Training.Evaluating;
using Personalization.Training.Learning;
using Personalization.Training.Offline;

namespace Personalization.Bench.Training;

/// <summary>How well items that nobody met are found by what the catalogue says of them, on public data, and what it costs.</summary>
internal static class ContentBench
{
    private const string Intro = """
        # New items

        `dotnet run -c Release --project bench/Personalization.Bench -- content <purchases.csv.gz> <items.csv>`

        Online Retail (UCI, doi 10.24432/C5BW33, CC BY 4.0), cleaned: 4,334 people, 3,659 items, described by the words of their names and by their price.

        """;

    private static readonly VectorRecipe Vectors = new(128, new(0.3f, 0.3f, 0.5f, 0));
    private static readonly NearRecipe Near = new RegressionRecipe(1000, 1, 100);

    private static readonly (string Name, Recipe Recipe)[] Families =
        [("als", Vectors), ("ease", Near), ("graph", new GraphRecipe(256, 0.3f, 100)), ("cooccurrence", new CoOccurrenceRecipe(10, 0, 100)), ("blend", new BlendRecipe(Near, Vectors, 0.5f))];

    public static int Run(string[] part)
    {
        if (part is not [var purchases, var items])
        {
            Console.Error.WriteLine("content <purchases.csv.gz of the Online Retail data, cleaned> <items.csv>");
            return 2;
        }

        var (log, catalogue) = (MeetingsFile.Read(purchases), ItemsFile.Read(items));
        var text = new StringBuilder(Intro);
        Cold(text, log, catalogue);
        Later(text, log, catalogue);
        ContentCost.Write(text);
        Report.Write("content.md", text.ToString());
        return 0;
    }

    /// <summary>Parts 0 to 2 were looked at while the few numbers in the code were chosen, and are not reported.</summary>
    private static void Cold(StringBuilder text, MeetingLog log, CatalogueSnapshot catalogue)
    {
        text.Append("\n## Items that nobody met\n\nA tenth of the items is taken out of all that is learned from, and has to be found again, among that tenth, for everybody who bought any of it, by what else they bought. ");
        text.Append("Seven times with another tenth; the first three tenths were used to choose the numbers in the code. `same words` ranks by how much of what a person bought an item resembles, with nothing learned. Means over people.\n\n| | recall@20 | ndcg@10 |\n|---|---|---|\n");
        var tallies = new Dictionary<string, Tally>(StringComparer.Ordinal);
        for (var part = 3; part < ColdTenth.Parts; part++)
        {
            var tenth = ColdTenth.Of(log, part);
            foreach (var (name, recipe) in Families) tenth.Ask(Tally.In(tallies, name), tenth.Served(recipe, catalogue));
            tenth.Ask(Tally.In(tallies, "same words"), new SameWords(catalogue, tenth.Keys));
            tenth.Ask(Tally.In(tallies, "random"), new AtRandom());
            Console.WriteLine($"tenth {part}");
        }

        foreach (var (name, tally) in tallies) text.Append(CultureInfo.InvariantCulture, $"| {name} | {tally.Recall:0.0000} | {tally.Ndcg:0.0000} |\n");
        text.Append(CultureInfo.InvariantCulture, $"\n{tallies["random"].Count} times somebody was asked for.\n");
    }

    private static void Later(StringBuilder text, MeetingLog log, CatalogueSnapshot catalogue)
    {
        text.Append("\n## A month\n\nLearned from all that was bought before a day; what the same people bought first in the 31 days from then on has to be found among all items of the file, those nobody had bought by then too. ");
        text.Append("The file does not say when an item came to be on offer. `without` is the model as it was learned; `on offer` places new items that somebody bought in that month, as only these are known to have been on offer; `all` places all of the file, also what came months later. ");
        text.Append("The month from 2011-10-09 was looked at while the few numbers in the code were chosen.\n\n| From | New items | | recall@20 | ndcg@10 | of what is shown first, new |\n|---|---|---|---|---|---|\n");
        foreach (var day in new DateTimeOffset[] { new(2011, 7, 9, 0, 0, 0, TimeSpan.Zero), new(2011, 8, 9, 0, 0, 0, TimeSpan.Zero), new(2011, 9, 9, 0, 0, 0, TimeSpan.Zero), new(2011, 10, 9, 0, 0, 0, TimeSpan.Zero), new(2011, 11, 9, 0, 0, 0, TimeSpan.Zero) })
        {
            var month = NextMonth.Of(log, day);
            foreach (var (name, count, known) in new[] { ("without", 0, null), ("on offer", month.OnOffer, month.Of(catalogue)), ("all", month.New, catalogue) })
            {
                var tally = new Tally();
                month.Ask(tally, month.Served(Families[^1].Recipe, known));
                text.Append(CultureInfo.InvariantCulture, $"| {day:yyyy-MM-dd} | {count} | {name} | {tally.Recall:0.0000} | {tally.Ndcg:0.0000} | {tally.New:0.0000} |\n");
            }
        }
    }
}
