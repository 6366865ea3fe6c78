using Personalization.Functions;
using Personalization.Storage.Embedded;

namespace Personalization.Tests;

/// <summary>The embedded engine without a disk, with the stores of the product.</summary>
internal static class InMemory
{
    public static EmbeddedStorage Storage(TimeProvider clock, int partitions = 8, long backlog = 1_000_000) =>
        EmbeddedStorage.Open(new EmbeddedOptions { StreamPartitions = partitions, StreamBacklog = backlog }, Composition.Stores, clock);
}
