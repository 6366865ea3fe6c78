using System.Text.Json;
using Personalization.Decisions.Candidates;
using Personalization.Identity;

namespace Personalization.Decisions.Asking;

/// <summary>The results of a search: <c>[{id, relevance}]</c>. Without a relevance the order itself is taken for it.</summary>
internal readonly ref struct CandidateReader(Ask ask)
{

    public (string, string)? Read(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.StartArray) return ("candidates", "must be an array of candidates");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (ask.Candidates.Count == Pool.Most) return ("candidates", $"must hold at most {Pool.Most} candidates");
            if (json.TokenType != JsonTokenType.StartObject) return (At(""), "must be an object");
            if (Candidate(ref json) is { } fault) return fault;
        }

        return null;
    }

    private (string, string)? Candidate(ref Utf8JsonReader json)
    {
        var (key, text, relevance) = (default(Catalog.ItemKey?), default(Range), double.NaN);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var (id, by) = (json.ValueTextEquals("id"u8), json.ValueTextEquals("relevance"u8));
            if (!id && !by) return (At(AskNames.Unknown(ref json)), AskReader.NotAField);
            json.Read();
            if (by)
            {
                if (json.TokenType == JsonTokenType.Null) continue;
                if (json.TokenType != JsonTokenType.Number || !Relevance.TryRead(json.ValueSpan, out relevance)) return (At("relevance"), "must be a number");
            }
            else
            {
                text = AskReader.Place(json);
                key = ItemText.Key(ref json);
                if (key is null) return (At("id"), $"must be an id of 1 to {Identifier.MaxLength} characters");
            }
        }

        if (key is not { } item) return (At("id"), "is missing");
        ask.Candidates.Add(new(item, relevance, text));
        return null;
    }

    private string At(string field) => field.Length == 0 ? $"candidates[{ask.Candidates.Count}]" : $"candidates[{ask.Candidates.Count}].{field}";
}
