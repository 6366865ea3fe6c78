using System.Globalization;

namespace Personalization.Functions.Offline;

/// <summary>What <c>train</c> and <c>evaluate</c> were asked for on the command line.</summary>
/// <param name="File">Who met what.</param>
/// <param name="From">What was met from then on has to be found.</param>
/// <param name="Items">What items are like; null where nothing is known.</param>
internal sealed record OfflineOptions(string File, DateTimeOffset? From, ulong Seed, string Out, string Name, string? Model, string? Items = null)
{
    public const string Usage = """
        train <file> [--items <file>] [--from <time>] [--seed <number>] [--out <directory>] [--name <name>]
        evaluate <file> --model <file> [--from <time>] [--seed <number>] [--out <directory>]

        <file> holds who met what: comma-separated with a first line of names, or a JSON object a line; .gz is unpacked.
        It needs user, item and time (like 2026-01-31T12:00:00Z); order makes what is there twice in one order count once,
        weight says how much a line counts. --items describes items, so that those nobody met get a place in the model too: comma-separated
        with a first line of names, item, category, brand, price, currency and whatever else they have; item is needed. What was met from --from on is not learned from until the model is evaluated
        by finding it; without --from that is the last tenth of the time. The model that is written has learned from all of the
        file, so evaluate takes what came later: --from, and without it all that came after what the model knows.
        """;

    /// <summary>Null, and why, where it is not usable.</summary>
    public static OfflineOptions? Read(string[] args, out string wrong)
    {
        var options = new OfflineOptions(args.FirstOrDefault() ?? "", null, 1, ".", "model", null);
        wrong = options.File.Length == 0 ? "a file is needed" : System.IO.File.Exists(options.File) ? "" : "there is no such file";
        for (var i = 1; i < args.Length && wrong.Length == 0; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            wrong = (args[i], value) switch
            {
                (_, "") => $"{args[i]} needs a value",
                ("--from", _) => DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var from) ? Set(options = options with { From = from }) : "--from must be a time like 2026-01-31T12:00:00Z",
                ("--seed", _) => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? Set(options = options with { Seed = seed }) : "--seed must be a whole number",
                ("--out", _) => Directory.Exists(value) ? Set(options = options with { Out = value }) : "--out must be a directory that is there",
                ("--name", _) => value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.') && value.Length <= 64 ? Set(options = options with { Name = value }) : "--name takes lower-case letters, digits, - and .",
                ("--items", _) => System.IO.File.Exists(value) ? Set(options = options with { Items = value }) : "--items must be a file that is there",
                ("--model", _) => System.IO.File.Exists(value) ? Set(options = options with { Model = value }) : "--model must be a file that is there",
                _ => $"{args[i]} is not known",
            };
        }

        return wrong.Length == 0 ? options : null;
    }

    private static string Set(OfflineOptions _) => "";
}
