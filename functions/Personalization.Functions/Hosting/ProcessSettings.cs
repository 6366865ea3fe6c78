using System.Collections;
using System.Text.Json;

namespace Personalization.Functions.Hosting;

/// <summary>Where settings come from: local.settings.json beside the start directory, then the environment, which wins.</summary>
internal static class ProcessSettings
{
    private const string LocalFile = "local.settings.json";

    public static Settings Read()
    {
        var given = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var fault = ReadLocal(given);
        foreach (DictionaryEntry e in Environment.GetEnvironmentVariables()) given[(string)e.Key] = (string?)e.Value ?? "";
        var settings = new Settings(given);
        if (fault is not null) settings.Refuse(fault);
        return settings;
    }

    private static string? ReadLocal(Dictionary<string, string> given)
    {
        if (!File.Exists(LocalFile)) return null;
        try
        {
            foreach (var (key, value) in JsonSerializer.Deserialize(File.ReadAllBytes(LocalFile), Json.Default.LocalSettings)?.Values ?? [])
                given[key] = value ?? throw new JsonException();
            return null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return $"{LocalFile} cannot be read: it must be JSON with an object Values that holds texts.";
        }
    }
}

/// <summary>The settings file of Azure Functions Core Tools.</summary>
internal sealed record LocalSettings([property: System.Text.Json.Serialization.JsonPropertyName("Values")] Dictionary<string, string>? Values);
