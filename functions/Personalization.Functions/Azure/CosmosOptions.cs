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

    public static CosmosOptions Read(Settings s)
    {
        var standard = new CosmosOptions { Endpoint = Settings.Missing };
        return new()
        {
            Endpoint = s.Address("Cosmos:Endpoint", "the Cosmos DB account; needed with Storage__Kind Azure"),
            Database = s.Text("Cosmos:Database", standard.Database, "the database")!,
            Key = s.Text("Cosmos:Key", null, "an account key, for emulators; without one the managed identity signs in"),
            Gateway = s.Flag("Cosmos:Gateway", standard.Gateway, "gateway mode, for emulators and closed networks"),
            Regions = s.List("Cosmos:Regions", "Azure regions, nearest first"),
            Deadline = s.Time("Cosmos:Deadline", standard.Deadline, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60), "how long one call may take"),
            ThrottleRetries = s.Int("Cosmos:ThrottleRetries", standard.ThrottleRetries, 0, 9, "how often the SDK repeats a throttled call itself"),
            ThrottleWait = s.Time("Cosmos:ThrottleWait", standard.ThrottleWait, TimeSpan.Zero, TimeSpan.FromSeconds(30), "how long those repetitions may wait in all"),
        };
    }

    public IEnumerable<string> Faults()
    {
        if (Endpoint.Scheme != Uri.UriSchemeHttps) yield return "Cosmos__Endpoint is not an https address";
    }
}
