namespace Personalization.Functions.Azure;

/// <summary>How the Cosmos DB account is reached.</summary>
public sealed record CosmosOptions
{
    /// <summary>The account, e.g. <c>https://name.documents.azure.com/</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>1 to 255 characters. Default "personalization".</summary>
    public string Database { get; init; } = "personalization";

    /// <summary>An account key; null (the default) signs in with the application's identity.</summary>
    public string? Key { get; init; }

    /// <summary>Gateway mode, which emulators and closed networks need. Default false: direct mode.</summary>
    public bool Gateway { get; init; }

    /// <summary>Azure regions, nearest first. Default empty: the account's own order.</summary>
    public IReadOnlyList<string> Regions { get; init; } = [];

    /// <summary>How long one call may take, 50 ms to 60 s. Default 3 s; the callers on the decision path cut earlier.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How often the SDK itself repeats a throttled call, 0 to 9 times. Default 1.</summary>
    public int ThrottleRetries { get; init; } = 1;

    /// <summary>How long those repetitions may wait in all, 0 to 30 s. Default 200 ms; after that the caller is told.</summary>
    public TimeSpan ThrottleWait { get; init; } = TimeSpan.FromMilliseconds(200);

    public IEnumerable<string> Faults()
    {
        if (!Endpoint.IsAbsoluteUri || Endpoint.Scheme != Uri.UriSchemeHttps) yield return "Cosmos Endpoint is not an absolute https address";
        if (Database.Length is < 1 or > 255) yield return "Cosmos Database is not 1 to 255 characters";
        if (Deadline < TimeSpan.FromMilliseconds(50) || Deadline > TimeSpan.FromSeconds(60)) yield return "Cosmos Deadline is not 50 ms to 60 s";
        if (ThrottleRetries is < 0 or > 9) yield return "Cosmos ThrottleRetries is not 0 to 9";
        if (ThrottleWait < TimeSpan.Zero || ThrottleWait > TimeSpan.FromSeconds(30)) yield return "Cosmos ThrottleWait is not 0 to 30 s";
    }
}
