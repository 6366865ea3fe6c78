using Personalization.Storage;

namespace Personalization.Privacy.Erasing;

/// <summary>
/// How long something of a person may still be on its way after they were erased. Nobody can take a record out of an event
/// hub, so it has to be waited for; and what was read out of it just before it expired is still in somebody's hands for a while.
/// </summary>
/// <param name="Kept">How long the streams keep a record from which something could be made again.</param>
public sealed record StreamRetention(TimeSpan Kept)
{
    /// <summary>Longer than any call lives and than any process remembers who somebody is.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromHours(1);

    /// <summary>A batch that was read in time and could not be applied for so long comes back with nothing to stop it.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromDays(2);

    /// <summary>What an erasure waits between its first and its last look.</summary>
    public TimeSpan Wait => Kept + Settling;

    /// <summary>How long a tombstone stands.</summary>
    public TimeSpan Tombstone => Wait + Grace;

    public static StreamRetention Of(StoreRegistry stores) =>
        new(stores.All.Where(s => s is { Kind: StoreKind.Stream, IsRecord: false }).Select(s => s.Expiry!.Value).DefaultIfEmpty().Max());
}
