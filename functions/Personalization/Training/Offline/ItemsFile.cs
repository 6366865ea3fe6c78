using System.Globalization;
using Personalization.Catalog;

namespace Personalization.Training.Offline;

/// <summary>
/// Reads a catalogue from a file: comma-separated, in UTF-8, with a first line of names. Needs <c>item</c>; <c>category</c>,
/// <c>brand</c>, <c>price</c> and <c>currency</c> are what they are called, and every other column is an attribute.
/// </summary>
public static class ItemsFile
{
    private static readonly string[] Names = ["item", "category", "brand", "price", "currency"];

    /// <summary>No currency in particular (ISO 4217).</summary>
    private const string NoCurrency = "XXX";

    /// <exception cref="FormatException">A line cannot be read; says which and why, and nothing of what is in it.</exception>
    public static CatalogueSnapshot Read(string path)
    {
        using var text = new StreamReader(path);
        return Read(text);
    }

    /// <inheritdoc cref="Read(string)"/>
    public static CatalogueSnapshot Read(TextReader text)
    {
        var (number, row, header, items) = (0, new List<string>(), (string[]?)null, new List<Item>());
        while (text.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim("\uFEFF \t").IsEmpty) continue;
            if (!CsvRow.Split(line, row)) throw Broken(number, "a quotation does not end where it should");
            if (header is null)
            {
                header = [.. row.Select(n => n.Trim('\uFEFF', ' ').ToLowerInvariant())];
                if (!header.Contains(Names[0])) throw Broken(number, "the first line must name item");
                continue;
            }

            if (row.Count < header.Length) throw Broken(number, "there are fewer values than in the first line");
            items.Add(Of(header, row, number));
        }

        return CatalogueSnapshot.Empty.With(items);
    }

    private static Item Of(string[] header, List<string> row, int number)
    {
        string? Value(string name) => Array.IndexOf(header, name) is >= 0 and var at && row[at].Length > 0 ? row[at] : null;
        decimal? price = Value("price") is not { } text ? null : decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var read) ? read : throw Broken(number, "price is no number");
        var item = new Item
        {
            Id = Value("item") ?? "", Category = Value("category") ?? "none", Brand = Value("brand"), Price = price, Currency = Value("currency") ?? (price is null ? null : NoCurrency),
            Attributes = header.Index().Where(h => !Names.Contains(h.Item, StringComparer.Ordinal) && row[h.Index].Length > 0).DistinctBy(h => h.Item).ToDictionary(h => h.Item, h => row[h.Index], StringComparer.Ordinal),
        };
        return ItemCheck.Fault(item) is { } fault ? throw Broken(number, $"{fault.Field} {fault.Reason}") : item;
    }

    private static FormatException Broken(int number, string why) => new($"line {number}: {why}");
}
