using System.Diagnostics.Metrics;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Experiments;

/// <summary>
/// Who has seen which variant. Noting never waits and never fails: what is new gathers, is written in the background, and is
/// known to every reader of this process from the moment it was noted. What cannot be written stays and is tried again.
/// </summary>
/// <param name="documents">Where it is kept.</param>
/// <param name="runs">Whether there is an experiment of this name; what was seen of others goes after a year.</param>
/// <param name="time">By which to wait.</param>
/// <param name="meter">What is lost is counted.</param>
public sealed class ExposureBook(IDocuments documents, Func<string, bool> runs, TimeProvider time, Meter meter)
{
    /// <summary>So many people can wait; of more, what is new is lost, and noted with their next decision.</summary>
    public const int Capacity = 16 * 1024;

    /// <summary>Wait after what could not be written.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    // Somebody who is there keeps what they saw, at the price of one write a month.
    private static readonly TimeSpan RenewBelow = ExposureRow.Store.Expiry!.Value - TimeSpan.FromDays(30);

    private const int AtOnce = 16;

    private readonly Counter<long> lost = meter.CreateCounter<long>("personalization.experiments.exposures.lost", description: "Exposures that could not wait to be written");
    private readonly Lock gate = new();
    private readonly Dictionary<Subject, Exposures> waiting = [];
    private readonly SemaphoreSlim writing = new(1, 1);
    private bool working;

    /// <summary>What one subject has seen; fails where the store does.</summary>
    public async ValueTask<Exposures> Read(Subject subject, CancellationToken stop) => (await Find(subject, stop)).Seen;

    /// <summary>What the subjects of a person have seen, the one that is served first; fails where the store does.</summary>
    public async ValueTask<Exposures> Read(IReadOnlyList<Subject> members, CancellationToken stop)
    {
        if (members.Count == 0) return Exposures.None;
        var others = members.Skip(1).Select(m => Find(m, stop).AsTask()).ToList();
        var (seen, expires) = await Find(members[0], stop);
        if (expires - time.GetUtcNow() < RenewBelow) Wait(members[0], Exposures.None);
        foreach (var other in others) seen = seen.Join((await other).Seen);
        return seen;
    }

    /// <summary>Notes what is new in an assignment that was shown.</summary>
    public void Note(Subject subject, Assignment shown, DateTimeOffset at)
    {
        if (!shown.HasNew) return;
        var seen = new Dictionary<(Subject, string), Exposure>();
        if (shown.Holdout is { IsNew: true } holdout) seen[(subject, holdout.Experiment)] = new(subject, holdout.Experiment, holdout.Variant, at);
        foreach (var one in shown.Experiments)
            if (one.IsNew) seen[(subject, one.Experiment)] = new(subject, one.Experiment, one.Variant, at);
        Wait(subject, new(seen));
    }

    /// <summary>Writes what has gathered; what cannot be kept stays for the next time.</summary>
    /// <returns>Whether everything was written.</returns>
    public async ValueTask<bool> Flush(CancellationToken stop)
    {
        await writing.WaitAsync(stop);
        try
        {
            KeyValuePair<Subject, Exposures>[] taken;
            lock (gate) taken = [.. waiting];
            var all = true;
            foreach (var some in taken.Chunk(AtOnce)) all &= (await Task.WhenAll(some.Select(s => Written(s.Key, s.Value, stop)))).All(w => w);
            return all;
        }
        finally { writing.Release(); }
    }

    /// <summary>Somebody was erased: what waits to be written of them is not.</summary>
    public void Forget(Subject subject)
    {
        lock (gate) waiting.Remove(subject);
    }

    // What waits is looked at first: whatever is not there any more when the store is asked is in the store by then.
    private async ValueTask<(Exposures Seen, DateTimeOffset? Expires)> Find(Subject subject, CancellationToken stop)
    {
        Exposures? noted;
        lock (gate) noted = waiting.GetValueOrDefault(subject);
        var found = await documents.Get(ExposureRow.Store, subject.ToString(), ExposureRow.Id, stop);
        if (found.Status == Status.NotFound) return (noted ?? Exposures.None, null);
        var kept = ExposureRow.Of(subject, ExposureRow.Read(found.Required(ExposureRow.Store).Body));
        return (noted is null ? kept : kept.Join(noted), found.Value.Expires);
    }

    private void Wait(Subject subject, Exposures seen)
    {
        lock (gate)
        {
            var known = waiting.GetValueOrDefault(subject);
            if (known is null && waiting.Count >= Capacity)
            {
                lost.Add(seen.Seen.Count);
                return;
            }

            waiting[subject] = known is null ? seen : known.Join(seen);
            if (working) return;
            working = true;
        }

        _ = Work();
    }

    private async Task Work()
    {
        await Task.Yield();
        while (true)
        {
            var all = await Flush(CancellationToken.None);
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    working = false;
                    return;
                }
            }

            if (!all) await Task.Delay(RetryAfter, time);
        }
    }

    private async Task<bool> Written(Subject subject, Exposures seen, CancellationToken stop)
    {
        try
        {
            if (await MayKeep(subject, stop) && await DocumentUpdate.Run(documents, ExposureRow.Store, subject.ToString(), ExposureRow.Id, body => Joined(subject, body, seen), time, stop)) await TakeBack(subject, stop);
        }
        // Whatever is wrong, it is still there and is tried again.
        catch (Exception) { return false; }

        lock (gate)
            if (ReferenceEquals(waiting.GetValueOrDefault(subject), seen)) waiting.Remove(subject);
        return true;
    }

    private ReadOnlyMemory<byte>? Joined(Subject subject, ReadOnlyMemory<byte>? body, Exposures seen)
    {
        if (body is null && seen.Seen.Count == 0) return null;
        var known = body is { } there ? ExposureRow.Of(subject, ExposureRow.Read(there)) : Exposures.None;
        return ExposureRow.Body(known.Join(seen), runs, time.GetUtcNow());
    }

    // Whoever took their leave back while it was written had deleted it before.
    private async ValueTask TakeBack(Subject subject, CancellationToken stop)
    {
        if (await MayKeep(subject, stop)) return;
        var deleted = await documents.Delete(ExposureRow.Store, subject.ToString(), ExposureRow.Id, Condition.None, stop);
        if (deleted.Status != Status.NotFound) deleted.Required(ExposureRow.Store);
    }

    // Of somebody who was erased or took their leave back meanwhile, nothing is kept.
    private async ValueTask<bool> MayKeep(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Profile.Store, subject.ToString(), Profile.Id, stop);
        if (found.Status == Status.NotFound) return true;
        var body = found.Required(Profile.Store).Body;
        if (Tombstone.Is(body.Span)) return false;
        return !DocumentHead.TryRead(body.Span, out var head) || (head.Consent.Vote.Denied & ConsentMatrix.Needs(SignalClass.Exposure)) == Purposes.None;
    }
}
