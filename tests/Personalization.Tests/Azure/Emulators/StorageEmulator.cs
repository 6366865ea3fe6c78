namespace Personalization.Tests.Azure.Emulators;

/// <summary>A running Azurite.</summary>
public sealed class StorageEmulator(Uri blobs, Uri tables)
{
    public Uri Blobs { get; } = blobs;

    public Uri Tables { get; } = tables;
}
