using System.Text.Json;

namespace Personalization.Functions.Hosting.Http;

/// <summary>Says where a body stops being what was expected, without repeating its values or naming our types.</summary>
internal static class JsonFault
{
    private const int MaxPath = 100;

    public static Problem Of(JsonException e)
    {
        // The reader throws an exception of its own kind, the serializer wraps it; what is merely unexpected has neither.
        var broken = e.InnerException is JsonException || e.GetType() != typeof(JsonException);
        if (broken) return Problem.NotJson(Place(e));
        if (Field(e).Length == 0) return new(400, "wrong-type", "The body has the wrong form", "It is JSON, but not of the kind this call takes; docs/api.md shows it.") { Field = "" };
        var unknown = e.Message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal);
        return unknown
            ? Problem.UnknownField(Field(e))
            : new Problem(400, "wrong-type", "A field has the wrong type", $"{Field(e)} does not have the type it should have ({Place(e)}).") { Field = Field(e) };
    }

    /// <summary>The path to the fault, as the sender wrote it; empty at the root.</summary>
    public static string Field(JsonException e)
    {
        var path = e.Path is null ? "" : e.Path.TrimStart('$').TrimStart('.');
        return path.Length <= MaxPath ? path : path[..MaxPath];
    }

    private static string Place(JsonException e) => $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
}
