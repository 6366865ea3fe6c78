namespace Personalization.Identity;

/// <summary>
/// Which epochs there are, as all processes share it in one document. The salts themselves are secrets under the names
/// given here. What is to happen is decided here; <see cref="Salts"/> does it.
/// </summary>
/// <param name="Rows">Oldest first; the last one is in force.</param>
public sealed record EpochBook(IReadOnlyList<EpochRow> Rows)
{
    /// <summary>Epochs that are understood at once. By the clock there are two; more come of emergencies.</summary>
    public const int Most = 4;

    public static EpochBook First(DateTimeOffset now, string secret) => new([new(1, now, null, secret)]);

    public EpochRow Current => Rows[^1];

    /// <summary>Whether it is time for the next one.</summary>
    public bool IsDue(DateTimeOffset now, SaltOptions options) => Current.Since + options.Period <= now;

    /// <summary>Whether the last rotation is so recent that not every process may know of it.</summary>
    public bool IsSettling(DateTimeOffset now) => Rows.Count > 1 && now >= Current.Since && now < Current.Since + EpochSet.Settling;

    /// <summary>Whether one more, with the others understood for so long, would be too many at once.</summary>
    public bool IsFull(DateTimeOffset now, TimeSpan overlap) => Rotated(now, overlap, "", "").Rows.Count(r => r.Ends is not { } ends || ends > now) > Most;

    /// <summary>A new epoch; the others go on for a while, and not longer than they were going to.</summary>
    public EpochBook Rotated(DateTimeOffset now, TimeSpan overlap, string secret, string why) =>
        new([.. Rows.Select(r => r with { Ends = r.Ends is { } ends && ends < now + overlap ? ends : now + overlap }), new(Current.Number + 1, now, null, secret) { Why = why }]);

    public IEnumerable<EpochRow> Over(DateTimeOffset now) => Rows.Where(r => r.Ends <= now);

    public EpochBook Without(EpochRow row) => new([.. Rows.Where(r => r.Number != row.Number)]);

    public EpochBook With(EpochRow row) => new([.. Rows.Select(r => r.Number == row.Number ? row : r)]);
}

/// <param name="Number">Counts up, for ever.</param>
/// <param name="Since">When it came into force.</param>
/// <param name="Ends">When its salt is destroyed; null for the one in force.</param>
/// <param name="Secret">The name its salt is kept under.</param>
public sealed record EpochRow(int Number, DateTimeOffset Since, DateTimeOffset? Ends, string Secret)
{
    /// <summary>Because of what it began.</summary>
    public string Why { get; init; } = "first";

    /// <summary>Whether the audit log was told that it began.</summary>
    public bool Told { get; init; }

    /// <summary>What became of its salt; null while that is there.</summary>
    public string? Fate { get; init; }

    /// <summary>Whether the audit log was told of that.</summary>
    public bool FateTold { get; init; }
}
