using Google.Protobuf;
using Personalization.Storage;

namespace Personalization.Functions.Durable.Hub;

/// <summary>Instances in their documents, one each, guarded by the etag.</summary>
internal sealed class Instances(IDocuments documents, HubOptions options, TimeProvider time)
{
    public static readonly Store Store = new(
        "workflows", StoreKind.Documents, "operations", "Keeps how far each long process got, so that it is finished whatever happens",
        Sensitivity.Public, null, "the instance's id", SubjectKey.None);

    private const string Id = "instance";
    private const string NoInstance = "The document holds no instance of a workflow.";

    // Who tells one instance something waits here for the other, instead of losing to each other again and again.
    private readonly SemaphoreSlim[] lanes = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <exception cref="InvalidDataException">What is there is no instance that this build can read.</exception>
    public async ValueTask<(Instance? Instance, Etag Etag)> Read(string id, CancellationToken stop)
    {
        var found = await documents.Get(Store, id, Id, stop);
        if (found.Status == Status.NotFound) return default;
        var document = found.Required(Store);
        return (Parse(document.Body), document.Etag);
    }

    /// <summary>Keeps it if nobody else wrote since it was read. An instance that is over leaves by itself.</summary>
    public async ValueTask<Status> Write(Instance instance, Condition when, CancellationToken stop)
    {
        var written = await documents.Put(Store, instance.Id, Id, instance.ToByteArray(), when, instance.IsOver() ? options.KeepEnded : null, stop);
        if (written.Status is not (Status.Conflict or Status.TooLarge)) written.Required(Store);
        return written.Status;
    }

    /// <param name="id">Which.</param>
    /// <param name="change">What it becomes, from what there is; null leaves it. May be asked several times.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="StoreUnavailableException">Also where the instance holds too much already.</exception>
    public async ValueTask Update(string id, Func<Instance?, Instance?> change, CancellationToken stop)
    {
        var lane = lanes[(uint)id.GetHashCode(StringComparison.Ordinal) % (uint)lanes.Length];
        await lane.WaitAsync(stop);
        try
        {
            for (var attempt = 1; ; attempt++)
            {
                var (there, etag) = await Read(id, stop);
                var condition = there is null ? Condition.Absent : Condition.Matches(etag);
                if (change(there) is not { } changed) return;
                var status = await Write(changed, condition, stop);
                if (status == Status.TooLarge) throw new StoreUnavailableException(Store.Name, status);
                if (status == Status.Ok) return;
                await Backoff.Pause(attempt, Store, time, stop);
            }
        }
        finally { lane.Release(); }
    }

    public async ValueTask<Told> Purge(string id, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (there, etag) = await Read(id, stop);
            if (there is null) return Told.Unknown;
            if (!there.MayGo()) return Told.Ended;
            var gone = await documents.Delete(Store, id, Id, Condition.Matches(etag), stop);
            if (gone.Status == Status.NotFound || (gone.Status != Status.Conflict && gone.Required(Store))) return Told.Done;
            await Backoff.Pause(attempt, Store, time, stop);
        }
    }

    /// <summary>Every instance, in pages; one that cannot be read comes as its id alone.</summary>
    public async ValueTask<Page<(string Id, Instance? Instance)>> All(string? next, int max, CancellationToken stop)
    {
        var page = (await documents.Scan(Store, next, max, stop)).Required(Store);
        return new([.. page.Items.Select(d => (d.Partition, TryParse(d.Body)))], page.Next);
    }

    private static Instance Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            // To the parser no bytes are an instance too, one without anything.
            if (Instance.Parser.ParseFrom(body.Span) is { Id.Length: > 0, Run.Length: > 0, Created: not null, Updated: not null } instance) return instance;
        }
        catch (InvalidProtocolBufferException e) { throw new InvalidDataException(NoInstance, e); }
        throw new InvalidDataException(NoInstance);
    }

    private static Instance? TryParse(ReadOnlyMemory<byte> body)
    {
        try { return Parse(body); }
        catch (InvalidDataException) { return null; }
    }
}

/// <param name="Activities">Most activities at the same time.</param>
/// <param name="Turns">Most turns at the same time.</param>
/// <param name="ActivityLimit">After this an activity has failed.</param>
/// <param name="TurnLimit">After this a turn is given up, and its instance set aside until it comes back after all.</param>
/// <param name="KeepEnded">How long an instance that has ended is kept.</param>
/// <param name="DrainTimeout">How long stopping waits for activities under way.</param>
public sealed record HubOptions(int Activities, int Turns, TimeSpan ActivityLimit, TimeSpan TurnLimit, TimeSpan KeepEnded, TimeSpan DrainTimeout)
{
    public static HubOptions Read(Settings s) => new(
        s.Int("Workflows:Activities", 64, 1, 10_000, "activities of workflows worked on at the same time"),
        s.Int("Workflows:Turns", 8, 1, 1_000, "turns of workflows taken at the same time"),
        s.Time("Workflows:ActivityLimit", TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "how long one activity may take before it has failed"),
        s.Time("Workflows:TurnLimit", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "how long one turn may take before its instance is set aside"),
        s.Time("Workflows:KeepEnded", TimeSpan.FromDays(30), TimeSpan.FromMinutes(1), TimeSpan.FromDays(3650), "how long the history of an ended workflow is kept"),
        s.Time("Workflows:DrainTimeout", TimeSpan.FromSeconds(10), TimeSpan.Zero, TimeSpan.FromMinutes(10), "how long stopping waits for activities under way; what is not done by then is done again"));
}
