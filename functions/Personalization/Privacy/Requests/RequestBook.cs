using System.Text.Json;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Privacy.Requests;

/// <summary>
/// The requests there are, each a document of its own, and by subject which of them name it. The index is written before the
/// request says so and taken away after it: whoever a request names can always be found by the index. What a crash leaves in the
/// index that no request says any more is taken away by <see cref="Tidy"/>.
/// </summary>
public sealed class RequestBook(IDocuments documents, TimeProvider time)
{
    private const string Id = "request";
    private const int PageSize = 200;

    /// <summary>What was noted so lately may be of a request that is only being written.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromHours(1);

    /// <summary>The request of that id: this one if there was none, else the one there is.</summary>
    public async ValueTask<(PrivacyRequest Request, bool IsNew)> Add(PrivacyRequest request, CancellationToken stop)
    {
        var handle = request.Handle;
        if (await Find(handle, stop) is { } known) return (known, false);
        request = request with { UpdatedAt = time.GetUtcNow() };
        await Note(handle, request.Mentioned, stop);
        var put = await documents.Put(PrivacyRequest.Store, handle, Id, Bytes(request), Condition.Absent, null, stop);
        if (put.Ok) return (request, true);
        if (put.Status != Status.Conflict) put.Required(PrivacyRequest.Store);
        var first = await Find(handle, stop) ?? throw new StoreUnavailableException(PrivacyRequest.Store.Name, Status.Conflict);
        await Unnote(handle, request.Mentioned.Except(first.Mentioned, StringComparer.Ordinal), stop);
        return (first, false);
    }

    /// <summary>Null where there is none.</summary>
    public async ValueTask<PrivacyRequest?> Find(string handle, CancellationToken stop) => (await Read(handle, stop))?.Request;

    /// <summary>Says something to a request; null where there is none. Two who say something at once are heard one after the other.</summary>
    public async ValueTask<RequestAnswer?> Tell(string handle, RequestCommand command, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await Read(handle, stop) is not var (request, etag)) return null;
            var decision = RequestRules.Decide(request, command, time.GetUtcNow());
            var next = decision switch { RequestDecision.Changed c => c.Request, RequestDecision.Refused { Noted: { } noted } => noted, _ => null };
            if (next is null) return new(decision, request);
            next = next with { UpdatedAt = time.GetUtcNow() };
            await Note(handle, next.Mentioned.Except(request.Mentioned, StringComparer.Ordinal), stop);
            var put = await documents.Put(PrivacyRequest.Store, handle, Id, Bytes(next), Condition.Matches(etag), null, stop);
            if (put.Status != Status.Conflict)
            {
                put.Required(PrivacyRequest.Store);
                await Unnote(handle, request.Mentioned.Except(next.Mentioned, StringComparer.Ordinal), stop);
                return new(decision, next);
            }

            await Backoff.Pause(attempt, PrivacyRequest.Store, time, stop);
        }
    }

    /// <summary>Takes somebody out of every other request that names them.</summary>
    public async ValueTask Forget(Subject subject, string but, CancellationToken stop)
    {
        string? next = null;
        do
        {
            var page = (await documents.List(PrivacyRequest.Index, subject.ToString(), next, PageSize, stop)).Required(PrivacyRequest.Index);
            foreach (var handle in page.Items.Select(d => d.Id).Where(h => h != but))
                // It did not name them any more when a crash kept the index from saying so.
                if (await Tell(handle, new RequestCommand.Forget(subject.ToString()), stop) is { Decision: RequestDecision.Same }) await Unnote(handle, [subject.ToString()], stop);
            next = page.Next;
        }
        while (next is not null);
    }

    /// <summary>Takes out of the index what no request says any more.</summary>
    public async ValueTask Tidy(CancellationToken stop)
    {
        string? next = null;
        do
        {
            var page = (await documents.Scan(PrivacyRequest.Index, next, PageSize, stop)).Required(PrivacyRequest.Index);
            foreach (var note in page.Items.Where(d => d.Expires - PrivacyRequest.Index.Expiry < time.GetUtcNow() - Moment))
            {
                if (await Find(note.Id, stop) is { } request && request.Mentioned.Contains(note.Partition)) continue;
                // Unless it was noted anew meanwhile.
                var deleted = await documents.Delete(PrivacyRequest.Index, note.Partition, note.Id, Condition.Matches(note.Etag), stop);
                if (deleted.Status is not (Status.NotFound or Status.Conflict)) deleted.Required(PrivacyRequest.Index);
            }

            next = page.Next;
        }
        while (next is not null);
    }

    /// <summary>The handles of all that name somebody.</summary>
    public async ValueTask<IReadOnlyList<string>> Naming(Subject subject, CancellationToken stop)
    {
        var handles = new List<string>();
        string? next = null;
        do
        {
            var page = (await documents.List(PrivacyRequest.Index, subject.ToString(), next, PageSize, stop)).Required(PrivacyRequest.Index);
            handles.AddRange(page.Items.Select(d => d.Id));
            next = page.Next;
        }
        while (next is not null);
        return handles;
    }

    /// <summary>All of them, a page at a time; a page may be empty although more follow.</summary>
    public async ValueTask<Page<PrivacyRequest>> Page(string? next, int max, CancellationToken stop)
    {
        var page = (await documents.Scan(PrivacyRequest.Store, next, max, stop)).Required(PrivacyRequest.Store);
        return new([.. page.Items.Select(d => Parse(d.Body))], page.Next);
    }

    private async ValueTask<(PrivacyRequest Request, Etag Etag)?> Read(string handle, CancellationToken stop)
    {
        var found = await documents.Get(PrivacyRequest.Store, handle, Id, stop);
        if (found.Status == Status.NotFound) return null;
        return (Parse(found.Required(PrivacyRequest.Store).Body), found.Value.Etag);
    }

    private async ValueTask Note(string handle, IEnumerable<string> subjects, CancellationToken stop)
    {
        foreach (var subject in subjects) (await documents.Put(PrivacyRequest.Index, subject, handle, "{}"u8.ToArray(), Condition.None, null, stop)).Required(PrivacyRequest.Index);
    }

    private async ValueTask Unnote(string handle, IEnumerable<string> subjects, CancellationToken stop)
    {
        foreach (var subject in subjects)
        {
            var deleted = await documents.Delete(PrivacyRequest.Index, subject, handle, Condition.None, stop);
            if (deleted.Status != Status.NotFound) deleted.Required(PrivacyRequest.Index);
        }
    }

    private static byte[] Bytes(PrivacyRequest request) => JsonSerializer.SerializeToUtf8Bytes(request, Stored.Default.PrivacyRequest);

    // A request that cannot be read may be about anybody: better to stop at it than to let it lapse.
    private static PrivacyRequest Parse(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.PrivacyRequest) ?? throw new InvalidDataException("A privacy request cannot be read.");
}

/// <param name="Decision">What came of what it was told.</param>
/// <param name="Request">How it stands now.</param>
public sealed record RequestAnswer(RequestDecision Decision, PrivacyRequest Request);
