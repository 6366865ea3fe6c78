namespace Personalization;

/// <summary>
/// The settings of one process, read once at start. Each options record asks for its keys with a default and a range;
/// every fault is kept, so a start that fails shows the whole list. What was asked for is also what exists: a key of
/// one of our sections that nobody asked for is a fault, because a misspelt setting must not be ignored.
/// </summary>
public sealed class Settings
{
    private readonly Dictionary<string, string> given;
    private readonly List<string> faults = [];
    private readonly List<Setting> declared = [];

    /// <param name="given">Keys with ':' or the Functions form '__' between the parts; case does not matter.</param>
    public Settings(IEnumerable<KeyValuePair<string, string>> given)
    {
        this.given = new(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in given) this.given[key.Replace("__", ":")] = value;
    }

    public IReadOnlyList<Setting> Declared => declared;

    public int Int(string key, int standard, int min, int max, string about) =>
        Number(key, standard, min, max, about, (string text, out int value) => int.TryParse(text, out value));

    public double Double(string key, double standard, double min, double max, string about) =>
        Number(key, standard, min, max, about, (string text, out double value) => double.TryParse(text, out value));

    public TimeSpan Time(string key, TimeSpan standard, TimeSpan min, TimeSpan max, string about) =>
        Number(key, standard, min, max, about, (string text, out TimeSpan value) => TimeSpan.TryParse(text, out value));

    public bool Flag(string key, bool standard, string about)
    {
        if (Find(key, standard ? "true" : "false", "true or false", about) is not { } text) return standard;
        if (bool.TryParse(text, out var value)) return value;
        return Fault(key, "true or false", standard);
    }

    public T Choice<T>(string key, T standard, string about) where T : struct, Enum
    {
        var choices = string.Join(" | ", Enum.GetNames<T>());
        if (Find(key, standard.ToString(), choices, about) is not { } text) return standard;
        if (!char.IsAsciiDigit(text[0]) && Enum.TryParse<T>(text, ignoreCase: true, out var value)) return value;
        return Fault(key, $"one of {choices}", standard);
    }

    public string? Text(string key, string? standard, string about) => Find(key, standard ?? "", "text", about) ?? standard;

    /// <summary>Stands for an address that is not set.</summary>
    public static Uri Missing { get; } = new("missing:");

    /// <summary>An http or https address; <see cref="Missing"/> where none is set.</summary>
    public Uri Address(string key, string about)
    {
        if (Find(key, "", "http or https address", about) is not { } text) return Missing;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : Fault(key, "an http or https address", Missing);
    }

    /// <summary>Comma-separated values, trimmed, empties left out.</summary>
    public IReadOnlyList<string> List(string key, string about) =>
        Find(key, "", "comma-separated", about)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    /// <summary>A variable that is not ours to name: the host's, the framework's.</summary>
    public string? Variable(string name) => given.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

    /// <summary>A fault that only the code using several settings together can see.</summary>
    public void Refuse(string fault) => faults.Add(fault);

    /// <summary>All that is wrong, including keys in our sections that nothing reads. Empty means: start.</summary>
    public IReadOnlyList<string> Faults()
    {
        var known = declared.Select(s => s.Key).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var sections = declared.Select(s => Section(s.Key)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unknown = given.Keys.Where(k => k.Contains(':') && sections.Contains(Section(k)) && !known.Contains(k));
        return [.. faults, .. unknown.Order(StringComparer.Ordinal).Select(Unknown)];
    }

    private string Unknown(string key)
    {
        var siblings = declared.Where(s => string.Equals(Section(s.Key), Section(key), StringComparison.OrdinalIgnoreCase)).Select(s => s.Variable);
        return $"{key.Replace(":", "__")} is not a setting of this version; this section has {string.Join(", ", siblings)}.";
    }

    private delegate bool Parse<T>(string text, out T value);

    private T Number<T>(string key, T standard, T min, T max, string about, Parse<T> parse) where T : struct, IComparable<T>
    {
        if (Find(key, standard.ToString() ?? "", $"{min} to {max}", about) is not { } text) return standard;
        if (parse(text, out var value) && value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0) return value;
        return Fault(key, $"between {min} and {max}", standard);
    }

    private string? Find(string key, string standard, string range, string about)
    {
        declared.Add(new(key, standard, range, about));
        return given.TryGetValue(key, out var text) && text.Length > 0 ? text : null;
    }

    // The value itself is not repeated: it may be a secret put under the wrong name.
    private T Fault<T>(string key, string expected, T standard)
    {
        faults.Add($"{key.Replace(":", "__")} must be {expected}{(ReferenceEquals(standard, Missing) ? "" : $" (default {standard})")}.");
        return standard;
    }

    private static string Section(string key) => key[..Math.Max(0, key.IndexOf(':'))];
}

/// <param name="Key">With ':' between the parts.</param>
/// <param name="Standard">The value without a setting.</param>
/// <param name="Range">What is allowed, for people.</param>
/// <param name="About">What it does and in which unit.</param>
public sealed record Setting(string Key, string Standard, string Range, string About)
{
    /// <summary>The name as an environment variable or app setting.</summary>
    public string Variable => Key.Replace(":", "__");
}
