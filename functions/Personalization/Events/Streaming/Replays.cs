using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Channels;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Events.Streaming;

/// <summary>
/// Applies parts of the embedded stream again, beside the live ones and without stopping them. What has had its effect has
/// it no second time: the profiles know. Where a host owns the stream it does this by moving its consumer's checkpoint back.
/// </summary>
public sealed class Replays(
    IDocuments documents, EmbeddedStream stream, string consumer, Func<Delivery, CancellationToken, ValueTask> apply, DeadLetters deadLetters, TimeProvider time, Meter meter)
{
    private const int PageRecords = 1000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Counter<long> failed = meter.CreateCounter<long>("personalization.stream.replays.failed", description: "Replays that could not go on");
    private readonly Channel<ReplayJob> waiting = Channel.CreateUnbounded<ReplayJob>();

    /// <summary>Stores a run over what is in the stream by now, and lets it begin.</summary>
    public async ValueTask<ReplayJob> Start(ReplayRequest request, string? subject, CancellationToken stop)
    {
        var job = new ReplayJob
        {
            Id = RandomNumberGenerator.GetHexString(16, lowercase: true), Type = request.Type, From = request.From, To = request.To, Subject = subject,
            DeadLetters = request.DeadLetters == true, Status = ReplayStatus.Running, CreatedAt = time.GetUtcNow(),
            Parts = [.. Partitions(request.Partition).Select(Part)],
        };
        (await Save(job, Condition.Absent, stop)).Required(ReplayJob.Store);
        waiting.Writer.TryWrite(job);
        return job;
    }

    public async ValueTask<ReplayJob?> Find(string id, CancellationToken stop) => (await Kept(id, stop))?.Job;

    /// <summary>Works until it is told to stop: first on what an earlier process left, then on what comes.</summary>
    public async Task Run(CancellationToken stop)
    {
        try
        {
            foreach (var left in (await All(stop)).Where(k => k.Job.Status == ReplayStatus.Running)) waiting.Writer.TryWrite(left.Job);
            await foreach (var job in waiting.Reader.ReadAllAsync(stop)) await Try(job, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested) { }
    }

    private IEnumerable<int> Partitions(int? only) => only is { } one ? [one] : Enumerable.Range(0, stream.Partitions);

    private ReplayPart Part(int partition)
    {
        var (first, next) = stream.Bounds(StreamedEvent.Hub, partition);
        // What is still to come live is not to be overtaken: it would be taken for done.
        var until = Math.Min(next, stream.Checkpoint(StreamedEvent.Hub, consumer, partition));
        return new(partition, Math.Min(first, until), until, 0, 0);
    }

    // A job that cannot go on must not take the others with it.
    private async ValueTask Try(ReplayJob job, CancellationToken stop)
    {
        try { await Work(job, stop); }
        catch (Exception e) when (e is not OperationCanceledException) { await Fail(job, stop); }
    }

    private async ValueTask Fail(ReplayJob job, CancellationToken stop)
    {
        failed.Add(1);
        try
        {
            if (await Kept(job.Id, stop) is { } kept) await Save(kept.Job with { Status = ReplayStatus.Failed, FinishedAt = time.GetUtcNow() }, Condition.Matches(kept.Etag), stop);
        }
        // Nobody can be told: the job stays a running one, and the next start takes it up.
        catch (StoreUnavailableException) { }
    }

    private async ValueTask Work(ReplayJob job, CancellationToken stop)
    {
        // A job that was handed over twice, at start and by its request, is done once; and one of somebody who was erased is gone.
        for (var kept = await Kept(job.Id, stop); kept is { Job.Status: ReplayStatus.Running } current;)
        {
            try
            {
                var part = current.Job.Parts.FirstOrDefault(p => !p.Done);
                var moved = part is null ? current.Job with { Status = ReplayStatus.Completed, FinishedAt = time.GetUtcNow() } : await Step(current.Job, part, stop);
                var saved = await Save(moved, Condition.Matches(current.Etag), stop);
                kept = saved.Status == Status.Conflict ? await Kept(job.Id, stop) : new(moved, saved.Required(ReplayJob.Store));
            }
            // Whatever is wrong with a store, the job is where it was and goes on when that is over.
            catch (Exception e) when (e is StoreUnavailableException or IOException) { await Task.Delay(Pause, time, stop); }
        }
    }

    private async ValueTask<ReplayJob> Step(ReplayJob job, ReplayPart part, CancellationToken stop)
    {
        var page = stream.Read(StreamedEvent.Hub, part.Partition, part.Next, (int)Math.Min(PageRecords, part.Until - part.Next));
        var chosen = Chosen(job, page);
        var delivered = job.DeadLetters ? await DeliverLetters(part, chosen, stop) : await Deliver(part, chosen, stop);
        var after = part with { Next = Math.Max(page.Next, part.Next + 1), Read = part.Read + page.Records.Count, Delivered = part.Delivered + delivered };
        return job with { Parts = [.. job.Parts.Select(p => p.Partition == part.Partition ? after : p)] };
    }

    private static List<DeliveredRecord> Chosen(ReplayJob job, StreamPage page)
    {
        var keys = new KeyPool();
        return [.. page.Records.Where(r => StreamedEvent.TryRead(r.Body.Span, keys, out var e) && job.Takes(r, e))];
    }

    private async ValueTask<int> Deliver(ReplayPart part, List<DeliveredRecord> records, CancellationToken stop)
    {
        if (records.Count > 0) await apply(new(StreamedEvent.Hub.Name, part.Partition.ToString(), records, 0, Replay: true), stop);
        return records.Count;
    }

    // A record that fails again has its letter written anew, and that one stays.
    private async ValueTask<int> DeliverLetters(ReplayPart part, List<DeliveredRecord> records, CancellationToken stop)
    {
        var letters = (await deadLetters.About(StreamedEvent.Hub.Name, part.Partition.ToString(), stop)).ToDictionary(l => l.Letter.Sequence);
        var again = records.Where(r => letters.ContainsKey(r.Sequence)).ToList();
        if (again.Count == 0) return 0;
        await apply(new(StreamedEvent.Hub.Name, part.Partition.ToString(), again, 0, Letter: true), stop);
        foreach (var (letter, etag) in again.Select(r => letters[r.Sequence])) await deadLetters.Withdraw(letter, etag, stop);
        return again.Count;
    }

    private async ValueTask<KeptJob?> Kept(string id, CancellationToken stop) => (await All(stop)).Find(k => k.Job.Id == id);

    private async ValueTask<List<KeptJob>> All(CancellationToken stop)
    {
        var jobs = new List<KeptJob>();
        for (string? next = null; ;)
        {
            var page = (await documents.Scan(ReplayJob.Store, next, PageRecords, stop)).Required(ReplayJob.Store);
            foreach (var d in page.Items)
                if (Stored.Read(d.Body, Stored.Default.ReplayJob) is { } job) jobs.Add(new(job, d.Etag));
            if ((next = page.Next) is null) return jobs;
        }
    }

    private ValueTask<Outcome<Etag>> Save(ReplayJob job, Condition when, CancellationToken stop) =>
        documents.Put(ReplayJob.Store, job.Subject ?? ReplayJob.Everyone, job.Id, JsonSerializer.SerializeToUtf8Bytes(job, Stored.Default.ReplayJob), when, null, stop);

    private sealed record KeptJob(ReplayJob Job, Etag Etag);
}
