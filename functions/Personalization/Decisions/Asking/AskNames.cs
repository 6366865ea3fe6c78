using System.Buffers;
using System.Text.Json;

namespace Personalization.Decisions.Asking;

/// <summary>The fields of all calls for decisions.</summary>
[Flags]
public enum AskFields
{
    None = 0,
    User = 1,
    Visitor = 2,
    Kind = 4,
    Count = 8,
    Unseen = 16,
    Query = 32,
    Items = 64,
    Exclude = 128,
    Context = 256,
    Slots = 512,
    Candidates = 1024,
    Recommendations = User | Visitor | Kind | Count | Unseen | Items | Exclude | Context,
    Search = User | Visitor | Query | Candidates | Count | Context,
    Homepage = User | Visitor | Slots | Exclude | Context,
}

/// <summary>The same as they are written.</summary>
internal static class AskNames
{
    private static readonly SearchValues<byte> Letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"u8);

    private static readonly (byte[] Utf8, string Name, AskFields Field)[] All =
    [
        .. new[]
        {
            ("user", AskFields.User), ("visitor", AskFields.Visitor), ("kind", AskFields.Kind), ("count", AskFields.Count), ("unseen", AskFields.Unseen),
            ("query", AskFields.Query), ("items", AskFields.Items), ("exclude", AskFields.Exclude), ("context", AskFields.Context), ("slots", AskFields.Slots),
            ("candidates", AskFields.Candidates),
        }.Select(f => (System.Text.Encoding.ASCII.GetBytes(f.Item1), f.Item1, f.Item2)),
    ];

    /// <summary>The field at which the reader stands; for one that is not known, its name as far as it may be repeated.</summary>
    public static (string Name, AskFields Field) Find(ref Utf8JsonReader json)
    {
        foreach (var (utf8, name, field) in All)
            if (json.ValueTextEquals(utf8)) return (name, field);
        return (Unknown(ref json), AskFields.None);
    }

    /// <summary>What somebody else wrote is repeated only where it can be a field's name.</summary>
    public static string Unknown(ref Utf8JsonReader json) =>
        json is { HasValueSequence: false, ValueSpan.Length: <= 40 } && !json.ValueSpan.ContainsAnyExcept(Letters)
            ? json.GetString()! : "";
}
