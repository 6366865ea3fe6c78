using System.Text.Json;
using Personalization.Consent;
using Personalization.Identity;

namespace Personalization.Decisions.Asking;

/// <summary>
/// Reads what a frontend asks for where it lies, without making objects of it. A field that is not known is refused: to
/// ignore a misspelt <c>exclude</c> would show what must not be shown.
/// </summary>
/// <param name="body">The body; what is refused is refused with its place and never with its content.</param>
/// <param name="ask">What to fill.</param>
/// <param name="fields">The fields this call has.</param>
public ref struct AskReader(ReadOnlySpan<byte> body, Ask ask, AskFields fields)
{
    public const int MaxItems = 1000;
    public const int MaxSlots = 16;

    /// <summary>Most bytes of the words of a search, as they stand in the body.</summary>
    public const int MaxQuery = 4000;

    private Utf8JsonReader json = new(body);
    private AskFields seen;
    private string at = "";

    /// <summary>What is wrong, as field and reason; null when nothing is. Text that is not JSON is thrown as what it is.</summary>
    public AskFault? Read()
    {
        json.Read();
        if (json.TokenType == JsonTokenType.Null) return new AskFault("", "is null");
        if (json.TokenType != JsonTokenType.StartObject) return AskFault.Type("", "must be an object");
        try
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
                if (Member() is { } fault) return fault;
        }
        // JSON may write half a surrogate pair; then the reader has no text to give.
        catch (InvalidOperationException) { return AskFault.Type(Place(), "holds half of a character"); }

        // Whatever follows the end is not JSON, and said so.
        while (json.Read()) { }
        return null;
    }

    private readonly string Place() => at switch
    {
        "items" => $"items[{ask.Items.Count}]",
        "exclude" => $"exclude[{ask.Exclude.Count}]",
        "slots" => $"slots[{ask.Slots.Count}]",
        "candidates" => $"candidates[{ask.Candidates.Count}]",
        _ => at,
    };

    private AskFault? Member()
    {
        at = "";
        var (name, field) = AskNames.Find(ref json);
        at = name;
        json.Read();
        if (field == AskFields.None || (fields & field) == AskFields.None) return AskFault.Name(name);
        if ((seen & field) != AskFields.None) return new AskFault(name, "is there twice");
        seen |= field;
        if (json.TokenType == JsonTokenType.Null) return null;
        return field switch
        {
            AskFields.User => Text(name, static (a, t) => a.User = t),
            AskFields.Visitor => Text(name, static (a, t) => a.Visitor = t),
            AskFields.Session => Text(name, static (a, t) => a.Session = t),
            AskFields.Kind => Text(name, static (a, t) => a.Kind = t),
            AskFields.Count => Number(name, out var count) ?? Take(count),
            AskFields.Unseen => Flag(name),
            AskFields.Query => Query(name),
            AskFields.Items => Ids(name, ask.Items),
            AskFields.Exclude => Ids(name, ask.Exclude),
            AskFields.Context => new ContextReader(ask).Read(ref json),
            AskFields.Slots => new SlotReader(ask).Read(ref json),
            _ => new CandidateReader(ask).Read(ref json),
        };
    }

    private AskFault? Take(int count)
    {
        ask.Count = count;
        return null;
    }

    private readonly AskFault? Text(string name, Action<Ask, string> set)
    {
        if (json.TokenType != JsonTokenType.String) return AskFault.Type(name, "must be a text");
        if (Length(json) is 0 or > 4 * Identifier.MaxLength) return new AskFault(name, $"must have 1 to {Identifier.MaxLength} characters");
        set(ask, json.GetString()!);
        return null;
    }

    private readonly AskFault? Number(string name, out int number)
    {
        number = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out number) ? null : AskFault.Type(name, "must be a whole number");
    }

    private readonly AskFault? Flag(string name)
    {
        if (json.TokenType is not (JsonTokenType.True or JsonTokenType.False)) return AskFault.Type(name, "must be true or false");
        ask.Unseen = json.TokenType == JsonTokenType.True;
        return null;
    }

    private readonly AskFault? Query(string name)
    {
        if (json.TokenType != JsonTokenType.String) return AskFault.Type(name, "must be a text");
        if (Length(json) > MaxQuery) return new AskFault(name, "must have at most 1000 characters");
        if (json.ValueIsEscaped) _ = json.CopyString(stackalloc byte[MaxQuery]);
        ask.Query = Place(json);
        return null;
    }

    private AskFault? Ids(string name, List<Catalog.ItemKey> into)
    {
        if (json.TokenType != JsonTokenType.StartArray) return AskFault.Type(name, "must be an array of ids");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (into.Count == MaxItems) return new AskFault(name, $"must hold at most {MaxItems} ids");
            if (json.TokenType != JsonTokenType.String) return AskFault.Type($"{name}[{into.Count}]", "must be a text");
            if (ItemText.Key(ref json) is not { } key) return new AskFault($"{name}[{into.Count}]", $"must be an id of 1 to {Identifier.MaxLength} characters");
            into.Add(key);
        }

        return null;
    }

    private static int Length(in Utf8JsonReader json) => json.ValueSpan.Length;

    internal static Range Place(in Utf8JsonReader json) => (int)(json.TokenStartIndex + 1)..(int)(json.TokenStartIndex + 1 + json.ValueSpan.Length);
}
