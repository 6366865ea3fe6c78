namespace Personalization.Functions.Azure;

/// <summary>How the Event Hubs namespace is reached and how patient the publisher is.</summary>
public sealed record EventHubOptions
{
    /// <summary>E.g. <c>https://name.servicebus.windows.net/</c>.</summary>
    public required Uri Namespace { get; init; }

    /// <summary>The hubs' partitions, 1 to 1,024; as infra made them, never changed afterwards. Default 4.</summary>
    public int Partitions { get; init; } = 4;

    /// <summary>The name of a shared access policy; null (the default, with <see cref="Key"/>) signs in with the application's identity.</summary>
    public string? KeyName { get; init; }

    /// <summary>That policy's key.</summary>
    public string? Key { get; init; }

    /// <summary>The largest request body in bytes, 64 KiB to 1 MiB. Default 1,000,000, below the service's megabyte.</summary>
    public int RequestBytes { get; init; } = 1_000_000;

    /// <summary>What one partition's records may wait for in memory, in bytes, 1 MiB to 1 GiB. Default 16 MiB; beyond that publishing is throttled.</summary>
    public long BacklogBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long one request may take, 100 ms to 60 s. Default 10 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a request is sent in all before its callers are told, 1 to 10. Default 4.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>The pause before the second attempt, 1 ms to 10 s, doubled before each further one. Default 100 ms; a longer Retry-After wins.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(100);

    public static EventHubOptions Read(Settings s)
    {
        var standard = new EventHubOptions { Namespace = Settings.Missing };
        return new()
        {
            Namespace = s.Address("EventHubs:Namespace", "the Event Hubs namespace; needed with Storage__Kind Azure"),
            Partitions = s.Int("EventHubs:Partitions", standard.Partitions, 1, 1024, "the hubs' partitions as infrastructure made them; never changed"),
            KeyName = s.Text("EventHubs:KeyName", null, "a shared access policy; without one the managed identity signs in"),
            Key = s.Text("EventHubs:Key", null, "that policy's key"),
            RequestBytes = s.Int("EventHubs:RequestBytes", standard.RequestBytes, 64 * 1024, 1024 * 1024, "largest publishing request, in bytes"),
            BacklogBytes = s.Int("EventHubs:BacklogBytes", (int)standard.BacklogBytes, 1024 * 1024, 1024 * 1024 * 1024, "what one partition's records may wait for in memory, in bytes; beyond it publishers get 429"),
            Deadline = s.Time("EventHubs:Deadline", standard.Deadline, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(60), "how long one request may take"),
            Attempts = s.Int("EventHubs:Attempts", standard.Attempts, 1, 10, "how often a request is sent before its callers are told"),
            Pause = s.Time("EventHubs:Pause", standard.Pause, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10), "pause before the second attempt, doubled before each further one"),
        };
    }

    public IEnumerable<string> Faults()
    {
        if (Namespace.Scheme != Uri.UriSchemeHttps && (Key is null || Namespace.Scheme != Uri.UriSchemeHttp)) yield return "EventHubs__Namespace is not an https address";
        if (KeyName is null != Key is null) yield return "EventHubs__KeyName and EventHubs__Key are only of use together";
    }
}
