using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Personalization.Functions.Hosting.Http;
using Personalization.Publishing;

namespace Personalization.Functions.Triggers;

/// <summary>What is told of versions. Written member by member, because some bear the name of what is published and others are the set's own.</summary>
internal static class PublishingAnswers
{
    /// <summary>A version and, unless it is broken, all of its set.</summary>
    public static IResult Shown<TSet>(ShownVersion<TSet> shown, JsonTypeInfo<TSet> type) where TSet : class => Written(to =>
    {
        to.WriteNumber("version", shown.Version);
        to.WriteBoolean("inForce", shown.InForce);
        if (shown.Since is { } since) to.WriteString("since", since);
        to.WriteBoolean("broken", shown.Set is null);
        if (shown.Set is not { } set) return;
        using var members = JsonSerializer.SerializeToDocument(set, type);
        foreach (var member in members.RootElement.EnumerateObject()) member.WriteTo(to);
    });

    /// <summary>Where the pointer is and was, and versions with how much is in each.</summary>
    public static IResult Listed<TSet>(Pointer pointer, IReadOnlyList<(int Version, TSet? Set)> listed, string name) where TSet : class, IPublishedSet<TSet> => Written(to =>
    {
        to.WriteNumber("inForce", pointer.Version);
        if (pointer.Since is { } since) to.WriteString("since", since);
        to.WriteNumber("newest", pointer.Newest);
        to.WritePropertyName("moves");
        JsonSerializer.Serialize(to, pointer.Moves, Json.Default.IReadOnlyListMove);
        to.WriteStartArray("versions");
        foreach (var (version, set) in listed)
        {
            to.WriteStartObject();
            to.WriteNumber("version", version);
            if (set?.Note is { } note) to.WriteString("note", note);
            if (set is not null) to.WriteNumber(name, set.Count());
            to.WriteBoolean("broken", set is null);
            to.WriteEndObject();
        }

        to.WriteEndArray();
    });

    private static IResult Written(Action<Utf8JsonWriter> members)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var to = new Utf8JsonWriter(json))
        {
            to.WriteStartObject();
            members(to);
            to.WriteEndObject();
        }

        return Answer.Ready(json.WrittenMemory);
    }
}
