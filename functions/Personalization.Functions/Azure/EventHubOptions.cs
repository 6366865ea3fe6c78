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

    public IEnumerable<string> Faults()
    {
        if (!Namespace.IsAbsoluteUri || (Key is null && Namespace.Scheme != Uri.UriSchemeHttps)) yield return "Event Hubs Namespace is not an absolute https address";
        if (Partitions is < 1 or > 1_024) yield return "Event Hubs Partitions is not 1 to 1,024";
        if (KeyName is null != Key is null) yield return "Event Hubs KeyName and Key are only of use together";
        if (RequestBytes is < 64 * 1024 or > 1024 * 1024) yield return "Event Hubs RequestBytes is not 64 KiB to 1 MiB";
        if (BacklogBytes is < 1024 * 1024 or > 1024L * 1024 * 1024) yield return "Event Hubs BacklogBytes is not 1 MiB to 1 GiB";
        if (Deadline < TimeSpan.FromMilliseconds(100) || Deadline > TimeSpan.FromSeconds(60)) yield return "Event Hubs Deadline is not 100 ms to 60 s";
        if (Attempts is < 1 or > 10) yield return "Event Hubs Attempts is not 1 to 10";
        if (Pause < TimeSpan.FromMilliseconds(1) || Pause > TimeSpan.FromSeconds(10)) yield return "Event Hubs Pause is not 1 ms to 10 s";
    }
}
