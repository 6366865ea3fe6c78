namespace Personalization.Functions.Azure;

/// <summary>How the storage account is reached.</summary>
public sealed record StorageOptions
{
    /// <summary>E.g. <c>https://name.blob.core.windows.net/</c>.</summary>
    public required Uri Blobs { get; init; }

    /// <summary>E.g. <c>https://name.table.core.windows.net/</c>.</summary>
    public required Uri Tables { get; init; }

    /// <summary>The account's name; only needed with a key.</summary>
    public string? Account { get; init; }

    /// <summary>An account key in base64; null (the default) signs in with the application's identity. Meant for Azurite.</summary>
    public string? Key { get; init; }

    /// <summary>How long one table call may take, 50 ms to 60 s. Default 5 s.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one blob may take on its way, 1 s to 10 min. Default 60 s.</summary>
    public TimeSpan BlobDeadline { get; init; } = TimeSpan.FromSeconds(60);

    public static StorageOptions Read(Settings s)
    {
        var standard = new StorageOptions { Blobs = Settings.Missing, Tables = Settings.Missing };
        return new()
        {
            Blobs = s.Address("StorageAccount:Blobs", "the storage account's blob address; needed with Storage__Kind Azure"),
            Tables = s.Address("StorageAccount:Tables", "the storage account's table address; needed with Storage__Kind Azure"),
            Account = s.Text("StorageAccount:Name", null, "the account's name; only with a key"),
            Key = s.Text("StorageAccount:Key", null, "an account key, for emulators; without one the managed identity signs in"),
            Deadline = s.Time("StorageAccount:Deadline", standard.Deadline, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(60), "how long one table call may take"),
            BlobDeadline = s.Time("StorageAccount:BlobDeadline", standard.BlobDeadline, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "how long one blob may take on its way"),
        };
    }

    public IEnumerable<string> Faults()
    {
        foreach (var (name, address) in new[] { ("Blobs", Blobs), ("Tables", Tables) })
        {
            if (address.Scheme != Uri.UriSchemeHttps && (Key is null || address.Scheme != Uri.UriSchemeHttp)) yield return $"StorageAccount__{name} is not an https address, which signing in with an identity needs";
        }
        if (Key is null != Account is null) yield return "StorageAccount__Name and StorageAccount__Key are only of use together";
        if (Key is not null && !Convert.TryFromBase64String(Key, new byte[Key.Length], out _)) yield return "StorageAccount__Key is not base64";
    }
}
