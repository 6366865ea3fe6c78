namespace Personalization.Functions.Azure;

/// <summary>How the key vault is reached; always with the application's identity.</summary>
public sealed record KeyVaultOptions
{
    /// <summary>E.g. <c>https://name.vault.azure.net/</c>.</summary>
    public required Uri Vault { get; init; }

    /// <summary>How long one call may take, its repetitions included, 1 s to 5 min. Default 30 s: destroying a secret takes the vault a while.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the client library itself repeats a failed call, 0 to 10 times. Default 3.</summary>
    public int Retries { get; init; } = 3;

    public static KeyVaultOptions Read(Settings s)
    {
        var standard = new KeyVaultOptions { Vault = Settings.Missing };
        return new()
        {
            Vault = s.Address("KeyVault:Vault", "the key vault; needed with Storage__Kind Azure"),
            Deadline = s.Time("KeyVault:Deadline", standard.Deadline, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5), "how long one call may take, its repetitions included"),
            Retries = s.Int("KeyVault:Retries", standard.Retries, 0, 10, "how often a failed call is repeated"),
        };
    }

    public IEnumerable<string> Faults()
    {
        if (Vault.Scheme != Uri.UriSchemeHttps) yield return "KeyVault__Vault is not an https address";
    }
}
