using System.Text.Json;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Storage;

namespace Personalization.Experiments;

/// <summary>What a subject was exposed to, as it is kept: one document for each subject.</summary>
/// <param name="Experiment">Its name.</param>
/// <param name="Variant">Its place in it.</param>
/// <param name="At">The first time.</param>
public sealed record ExposureRow(string Experiment, int Variant, DateTimeOffset At)
{
    public static readonly Store Store = new(
        "exposures", StoreKind.Documents, "experiments", "Remembers which variant of an experiment somebody saw, so that they never see another",
        Sensitivity.Pseudonymous, Kept, "the subject", SubjectKey.Partition);

    public const string Id = "seen";

    // A property, because a field further down would be zero while the one above is made.
    private static TimeSpan Kept => TimeSpan.FromDays(365);

    /// <summary>A body that cannot be read says nothing; what was in it is decided by hash again.</summary>
    public static IReadOnlyList<ExposureRow> Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.IReadOnlyListExposureRow) is { } rows && rows.All(r => r is { Experiment: not null, Variant: >= 0 }) ? rows : [];

    public static Exposures Of(Subject subject, IReadOnlyList<ExposureRow> rows)
    {
        if (rows.Count == 0) return Exposures.None;
        var seen = new Dictionary<(Subject, string), Exposure>(rows.Count);
        foreach (var row in rows) seen[(subject, row.Experiment)] = new(subject, row.Experiment, row.Variant, row.At);
        return new(seen);
    }

    /// <summary>
    /// The body after more was seen. What is in no experiment any more goes a year after it was seen first; what is in one
    /// stays, because it is what keeps the person in their variant.
    /// </summary>
    public static byte[] Body(Exposures seen, Func<string, bool> runs, DateTimeOffset now) => JsonSerializer.SerializeToUtf8Bytes(
        [.. seen.Seen.Values.Where(e => e.At > now - Kept || runs(e.Experiment)).OrderBy(e => e.At).ThenBy(e => e.Experiment, StringComparer.Ordinal).Select(e => new ExposureRow(e.Experiment, e.Variant, e.At))],
        Stored.Default.IReadOnlyListExposureRow);
}
