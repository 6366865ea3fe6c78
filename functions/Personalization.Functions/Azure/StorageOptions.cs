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

    public IEnumerable<string> Faults()
    {
        foreach (var address in new[] { Blobs, Tables })
        {
            if (!address.IsAbsoluteUri) yield return $"Storage address '{address}' is not absolute";
            else if (Key is null && address.Scheme != Uri.UriSchemeHttps) yield return $"Storage address '{address}' is not https, which signing in with an identity needs";
        }
        if (Key is null != Account is null) yield return "Storage Account and Key are only of use together";
        if (Key is not null && !Convert.TryFromBase64String(Key, new byte[Key.Length], out _)) yield return "Storage Key is not base64";
        if (Deadline < TimeSpan.FromMilliseconds(50) || Deadline > TimeSpan.FromSeconds(60)) yield return "Storage Deadline is not 50 ms to 60 s";
        if (BlobDeadline < TimeSpan.FromSeconds(1) || BlobDeadline > TimeSpan.FromMinutes(10)) yield return "Storage BlobDeadline is not 1 s to 10 min";
    }
}
