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

    public IEnumerable<string> Faults()
    {
        if (!Vault.IsAbsoluteUri || Vault.Scheme != Uri.UriSchemeHttps) yield return "Key Vault address is not an absolute https address";
        if (Deadline < TimeSpan.FromSeconds(1) || Deadline > TimeSpan.FromMinutes(5)) yield return "Key Vault Deadline is not 1 s to 5 min";
        if (Retries is < 0 or > 10) yield return "Key Vault Retries is not 0 to 10";
    }
}
