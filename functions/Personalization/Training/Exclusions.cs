using System.Diagnostics.Metrics;
using System.Text.Json;
using Personalization.Storage;

namespace Personalization.Training;

/// <summary>
/// By when models that may have learnt from somebody who left must be replaced by one that did not. Who left is not written
/// down: a model is trained on whoever allows it at that time, so it is enough to know that one is due.
/// </summary>
public sealed class Exclusions
{
    public static readonly Store Store = new(
        "exclusions", StoreKind.Documents, "training", "Says by when a model has to be trained without whoever left since the last one",
        Sensitivity.Public, null, "one partition for all", SubjectKey.None);

    private const string Place = "models";

    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(1);

    private readonly IDocuments documents;
    private readonly TrainingOptions options;
    private readonly TimeProvider time;
    private long due = long.MaxValue;

    public Exclusions(IDocuments documents, TrainingOptions options, TimeProvider time, Meter meter)
    {
        (this.documents, this.options, this.time) = (documents, options, time);
        meter.CreateObservableGauge("personalization.training.exclusion.overdue", Overdue, "s", "Seconds by which the next model is late that has to leave somebody out; 0 where none is");
    }

    /// <summary>Somebody withdrew or was erased: the next model leaves them out, by the time given back.</summary>
    public async ValueTask<DateTimeOffset> Schedule(CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await DocumentUpdate.Run(
            documents, Store, Place, Place,
            body =>
            {
                var known = Read(body);
                // Ahead of the clock, so that of many who leave at once only one has to write.
                return known.Latest >= now ? null : Body(known with { Since = known.Since ?? now, Latest = now + Ahead });
            },
            time, stop);
        await Look(stop);
        return now + options.ExcludeWithin;
    }

    /// <summary>By when a model is due; null where nobody left since the last one.</summary>
    public async ValueTask<DateTimeOffset?> Due(CancellationToken stop) => (await Look(stop)).Since + options.ExcludeWithin;

    /// <summary>A model is in use that was trained on whoever allowed it at a time.</summary>
    public async ValueTask Covered(DateTimeOffset trainedAt, CancellationToken stop)
    {
        await DocumentUpdate.Run(
            documents, Store, Place, Place,
            body =>
            {
                var known = Read(body);
                if (known.Model >= trainedAt) return null;
                if (known.Since is not { } since || trainedAt <= since) return Body(known with { Model = trainedAt });
                // Whoever left while it was trained may be in it.
                return Body(trainedAt > known.Latest ? new(null, null, trainedAt) : new(trainedAt, known.Latest, trainedAt));
            },
            time, stop);
        await Look(stop);
    }

    private async ValueTask<PendingExclusion> Look(CancellationToken stop)
    {
        var found = await documents.Get(Store, Place, Place, stop);
        var known = found.Status == Status.NotFound ? PendingExclusion.None : Read(found.Required(Store).Body);
        // Without a model in use nobody is in one, and nothing is late.
        Volatile.Write(ref due, known is { Since: { } since, Model: not null } ? (since + options.ExcludeWithin).ToUnixTimeSeconds() : long.MaxValue);
        return known;
    }

    private double Overdue() => Volatile.Read(ref due) is var at && at == long.MaxValue ? 0 : Math.Max(0, time.GetUtcNow().ToUnixTimeSeconds() - at);

    private static PendingExclusion Read(ReadOnlyMemory<byte>? body) => (body is { } there ? Stored.Read(there, Stored.Default.PendingExclusion) : null) ?? PendingExclusion.None;

    private static ReadOnlyMemory<byte>? Body(PendingExclusion known) => JsonSerializer.SerializeToUtf8Bytes(known, Stored.Default.PendingExclusion);
}

/// <param name="Since">When the first left whom a model may still know; null where nobody did.</param>
/// <param name="Latest">Nobody left after this.</param>
/// <param name="Model">When the newest model in use was trained; null where there is none.</param>
public sealed record PendingExclusion(DateTimeOffset? Since, DateTimeOffset? Latest, DateTimeOffset? Model)
{
    public static PendingExclusion None { get; } = new(null, null, null);
}

/// <param name="ExcludeWithin">The longest time from a withdrawal or an erasure to a model without them.</param>
public sealed record TrainingOptions(TimeSpan ExcludeWithin)
{
    private const int MostHours = 24 * 30;

    public static TrainingOptions Read(Settings s) =>
        new(TimeSpan.FromHours(s.Int("Training:ExcludeWithinHours", 24, 1, MostHours, "hours from a withdrawal or an erasure to a model trained without them")));
}
