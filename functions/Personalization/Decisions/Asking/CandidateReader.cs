using System.Text.Json;
using Personalization.Decisions.Candidates;
using Personalization.Identity;

namespace Personalization.Decisions.Asking;

/// <summary>The results of a search: <c>[{id, relevance}]</c>. Without a relevance the order itself is taken for it.</summary>
internal readonly ref struct CandidateReader(Ask ask)
{

    public AskFault? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) return AskFault.Type("candidates", "must be an array of candidates");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (ask.Candidates.Count == Pool.Most) return new AskFault("candidates", $"must hold at most {Pool.Most} candidates");
            if (json.TokenType != JsonTokenType.StartObject) return AskFault.Type(At(""), "must be an object");
            if (Candidate(ref json) is { } fault) return fault;
        }

        return null;
    }

    private AskFault? Candidate(ref Utf8JsonReader json)
    {
        var (key, text, relevance) = (default(Catalog.ItemKey?), default(Range), double.NaN);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (id, by) = (json.ValueTextEquals("id"u8), json.ValueTextEquals("relevance"u8));
            if (!id && !by) return AskFault.Name(At(AskNames.Unknown(ref json)));
            json.Read();
            if (by)
            {
                if (json.TokenType == JsonTokenType.Null) continue;
                if (json.TokenType != JsonTokenType.Number || !Relevance.TryRead(json.ValueSpan, out relevance)) return AskFault.Type(At("relevance"), "must be a number");
            }
            else
            {
                text = AskReader.Place(json);
                key = ItemText.Key(ref json);
                if (key is null) return new AskFault(At("id"), $"must be an id of 1 to {Identifier.MaxLength} characters");
            }
        }

        if (key is not { } item) return new AskFault(At("id"), "is missing");
        ask.Candidates.Add(new(item, relevance, text));
        return null;
    }

    private string At(string field) => field.Length == 0 ? $"candidates[{ask.Candidates.Count}]" : $"candidates[{ask.Candidates.Count}].{field}";
}
