using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Models;

/// <summary>
/// The promoted model as this process has it in memory. Readers never wait: a newly promoted one is loaded beside them, and
/// takes over when all of it is there and right. One that is missing or damaged never takes over; it is tried again.
/// </summary>
public sealed class ServedModels
{
    public static readonly Store Store = new(
        "models", StoreKind.Blobs, "training", "Keeps what was learned from all who allow it: numbers about items, and nothing about any person",
        Sensitivity.Public, null, "one folder for all", SubjectKey.None);

    /// <summary>After one could not be loaded.</summary>
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>How long a process that starts waits for one; what takes longer comes in beside the calls.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly IBlobs blobs;
    private readonly Published<Promotion> promoted;
    private readonly TimeProvider time;
    private readonly Counter<long> broken;
    private volatile Held current = Held.Of(Serving.None);
    private volatile Failure? failed;
    private int loading;

    public ServedModels(IBlobs blobs, Published<Promotion> promoted, TimeProvider time, Meter meter)
    {
        (this.blobs, this.promoted, this.time) = (blobs, promoted, time);
        broken = meter.CreateCounter<long>("personalization.models.broken", description: "Times a promoted model could not be loaded, by what was wrong with it");
    }

    /// <summary>The model to decide with, and whether it should be another.</summary>
    public Serving Now
    {
        get
        {
            var (wanted, held) = (promoted.Now, current);
            if (held.Serving.Promotion == wanted) return held.Serving;
            var lately = failed is { } f && f.Of == wanted && time.GetElapsedTime(f.At) < TryAgainAfter;
            if (!lately && Interlocked.Exchange(ref loading, 1) == 0) _ = LoadBeside(wanted);
            return failed?.Of == wanted ? held.Instead : held.Serving;
        }
    }

    /// <summary>Loads what is promoted, for a process that starts.</summary>
    public async ValueTask Preload(CancellationToken stop)
    {
        var wanted = await promoted.Loaded(stop);
        if (Interlocked.Exchange(ref loading, 1) != 0) return;
        try { await LoadBeside(wanted).WaitAsync(Patience, time, stop); }
        // Answers without it are better than none. It goes on loading beside the calls, and what is wrong with it is told from there.
        catch (TimeoutException) { }
    }

    /// <summary>Stores a model's file; says what a promotion of it is. The same model may be stored twice.</summary>
    /// <exception cref="InvalidOperationException">There is another model of this name; files are written once.</exception>
    public async ValueTask<Promotion> Keep(FactorModel model, CancellationToken stop)
    {
        var file = ModelFile.Write(model);
        var put = await blobs.Put(Store, model.Name, file, stop);
        if (put.Status != Status.Conflict) put.Required(Store);
        else if (!(await blobs.Get(Store, model.Name, stop)).Required(Store).Span.SequenceEqual(file)) throw new InvalidOperationException("There is another model of this name.");
        return new(model.Name, Hash(file));
    }

    private async Task LoadBeside(Promotion wanted)
    {
        // Whoever found it out answers first.
        await Task.Yield();
        try { await Load(wanted); }
        catch (Exception) { Fail(wanted, "unavailable"); }
        finally { Volatile.Write(ref loading, 0); }
    }

    private async ValueTask Load(Promotion wanted)
    {
        if (wanted == Promotion.None)
        {
            current = Held.Of(Serving.None);
            return;
        }

        var found = await blobs.Get(Store, wanted.Model, CancellationToken.None);
        if (!found.Ok) Fail(wanted, found.Status == Status.NotFound ? "missing" : "unavailable");
        else if (Hash(found.Value.Span) != wanted.Sha256 || ModelFile.Read(wanted.Model, found.Value.Span) is not { } model) Fail(wanted, "corrupt");
        // Somebody may have gone back meanwhile, and not without reason.
        else if (promoted.Now == wanted) (current, failed) = (Held.Of(new(wanted, model)), null);
    }

    private void Fail(Promotion wanted, string why)
    {
        broken.Add(1, new KeyValuePair<string, object?>("why", why));
        failed = new(wanted, time.GetTimestamp());
    }

    private static string Hash(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private sealed record Failure(Promotion Of, long At);

    /// <summary>What serves, and the same where it serves instead of another: made once and not for each decision.</summary>
    private sealed record Held(Serving Serving, Serving Instead)
    {
        public static Held Of(Serving serving) => new(serving, serving with { Missing = true });
    }
}

/// <param name="Promotion">What it was promoted by.</param>
/// <param name="Model">The model.</param>
/// <param name="Missing">Whether another should serve and cannot be loaded.</param>
public sealed record Serving(Promotion Promotion, FactorModel Model, bool Missing = false)
{
    public static readonly Serving None = new(Promotion.None, FactorModel.None);
}
