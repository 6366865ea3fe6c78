using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Personalization.Training.Learning;

namespace Personalization.Training.Offline;

/// <summary>
/// Reads who met what from a file: comma-separated with a first line of names, or a JSON object a line, and either of them packed
/// by gzip. Needs <c>user</c>, <c>item</c> and <c>time</c> (RFC 3339); <c>order</c> makes what is there twice in one order count
/// once; <c>weight</c> says how much a line counts, 1 without. Text is UTF-8. Items are numbered by their names, so that what is
/// learned does not depend on who met them first.
/// </summary>
public static class MeetingsFile
{
    private static readonly string[] Names = ["user", "item", "time", "order", "weight"];

    // Exactly these: what else looks like a time may mean another one elsewhere, or today.
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd"];

    /// <exception cref="FormatException">A line cannot be read; says which and why, and nothing of what is in it.</exception>
    public static MeetingLog Read(string path)
    {
        using var file = File.OpenRead(path);
        if (!path.EndsWith(".gz", StringComparison.Ordinal)) return Read(file);
        try
        {
            Complete(file);
            using var plain = new GZipStream(file, CompressionMode.Decompress);
            return Read(plain);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("the file is not packed by gzip in one piece, or its end is missing", e);
        }
    }

    private static MeetingLog Read(Stream plain)
    {
        using var text = new StreamReader(plain);
        return Read(text);
    }

    /// <summary>What is packed says at its end how long it was: a file that ends early would be read without an error.</summary>
    private static void Complete(FileStream file)
    {
        var (buffer, size) = (new byte[1 << 16], 0u);
        using (var plain = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true))
            while (plain.Read(buffer) is var read && read > 0) size += (uint)read;
        if (file.Length < sizeof(uint)) throw new InvalidDataException();
        file.Position = file.Length - sizeof(uint);
        file.ReadExactly(buffer, 0, sizeof(uint));
        if (BinaryPrimitives.ReadUInt32LittleEndian(buffer) != size) throw new InvalidDataException();
        file.Position = 0;
    }

    /// <inheritdoc cref="Read(string)"/>
    public static MeetingLog Read(TextReader text)
    {
        var (people, items, orders) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        var (meetings, ordered) = (new List<Meeting>(), new HashSet<(int, int, int)>());
        foreach (var (number, fields) in Lines(text))
        {
            if (fields[0] is not { Length: > 0 } user) throw Broken(number, "there is no user");
            if (fields[1] is not { Length: > 0 } item) throw Broken(number, "there is no item");
            var met = new Meeting(Number(people, user), Number(items, item), Time(fields[2], number), Weight(fields[4], number));
            if (fields[3] is { Length: > 0 } order && !ordered.Add((met.Person, met.Item, Number(orders, order)))) continue;
            meetings.Add(met);
        }

        return Named(meetings, people.Count, [.. items.Keys]);
    }

    private static MeetingLog Named(List<Meeting> meetings, int people, string[] names)
    {
        var (order, places) = (Enumerable.Range(0, names.Length).ToArray(), new int[names.Length]);
        Array.Sort(order, (a, b) => string.CompareOrdinal(names[a], names[b]));
        for (var place = 0; place < order.Length; place++) places[order[place]] = place;
        return new([.. meetings.Select(m => m with { Item = places[m.Item] }).OrderBy(m => m.At)], people, [.. order.Select(o => names[o])]);
    }

    private static IEnumerable<(int Number, string?[] Fields)> Lines(TextReader text)
    {
        var (number, json, places, row, fields) = (0, (bool?)null, (int[]?)null, new List<string>(), new string?[Names.Length]);
        while (text.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim("\uFEFF \t").IsEmpty) continue;
            if (line.Contains('\uFFFD', StringComparison.Ordinal)) throw Broken(number, "it holds what is no UTF-8");
            Array.Clear(fields);
            json ??= line.AsSpan().TrimStart("\uFEFF \t")[0] == '{';
            if (json.Value) Json(number == 1 ? line.TrimStart('\uFEFF') : line, fields, number);
            else if (!CsvRow.Split(line, row)) throw Broken(number, "a quotation does not end where it should");
            else if (places is null)
            {
                places = Header(row, number);
                continue;
            }
            else
            {
                for (var i = 0; i < Names.Length; i++)
                    if (places[i] >= 0) fields[i] = places[i] < row.Count ? row[places[i]] : throw Broken(number, "there are fewer values than in the first line");
            }

            yield return (number, fields);
        }
    }

    private static int[] Header(List<string> row, int number)
    {
        var places = Array.ConvertAll(Names, n => row.FindIndex(h => h.Trim('\uFEFF', ' ').Equals(n, StringComparison.OrdinalIgnoreCase)));
        return places.AsSpan(0, 3).Contains(-1) ? throw Broken(number, "the first line must name user, item and time") : places;
    }

    private static void Json(string line, string?[] fields, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            for (var i = 0; i < Names.Length; i++)
            {
                if (!json.RootElement.TryGetProperty(Names[i], out var value)) continue;
                fields[i] = value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString(),
                    JsonValueKind.Number => value.GetRawText(),
                    JsonValueKind.Null => null,
                    _ => throw Broken(number, $"{Names[i]} is neither text nor a number"),
                };
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Broken(number, "it is not a JSON object");
        }
    }

    private static long Time(string? text, int number) =>
        DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeSeconds() : throw Broken(number, "time must be like 2026-01-31T12:00:00Z");

    private static float Weight(string? text, int number) =>
        text is null or "" ? 1
        : float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var weight) && float.IsFinite(weight) ? weight
        : throw Broken(number, "weight must be a number");

    private static int Number(Dictionary<string, int> numbers, string name) =>
        numbers.TryGetValue(name, out var number) ? number : numbers[name] = numbers.Count;

    private static FormatException Broken(int line, string why) => new($"line {line}: {why}");
}
