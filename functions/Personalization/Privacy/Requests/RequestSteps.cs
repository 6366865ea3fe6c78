using Personalization.Identity;
using Personalization.Privacy.Erasing;

namespace Personalization.Privacy.Requests;

/// <summary>
/// What the workflows of all requests do. A step is told the handle of a request and nothing else, and can be done again
/// from its beginning, whatever a crash left of it.
/// </summary>
public sealed class RequestSteps(RequestBook book, Eraser eraser, Holds holds)
{
    private const string OwnerPrefix = "request-";

    /// <summary>By what a request's holds are known again.</summary>
    internal static string OwnerOf(string handle) => OwnerPrefix + handle;

    /// <summary>
    /// Looks how a request stands and, where it may be carried out, locks everybody who is one person with those it names: all
    /// of them or none, so that nobody who waits keeps others waiting.
    /// </summary>
    public async ValueTask<Gate> Admit(string handle, CancellationToken stop)
    {
        if (await book.Tell(handle, new RequestCommand.TimePasses(), stop) is not { Request: var request }) return Gate.Nobody;
        if (request.State is RequestState.Unverified or RequestState.Unapproved or RequestState.Failed) return Gate.Of(GateWord.Wait, request) with { Until = request.State == RequestState.Unverified ? request.Challenge?.Until : null };
        if (request.State is not (RequestState.Pending or RequestState.InProgress)) return Gate.Of(GateWord.Over, request);
        var people = await eraser.Person(request.People, stop);
        if (request.State == RequestState.InProgress) return await Join(request, people, stop);
        var held = request.Shadows.Union(people).ToList();
        if (!await holds.Take(held, OwnerOf(handle), stop))
        {
            // Those held before a crash among them.
            await holds.Release(held, OwnerOf(handle), stop);
            return Gate.Of(GateWord.Busy, request);
        }

        var begun = await book.Tell(handle, new RequestCommand.Begin([.. people.Select(p => p.ToString())]), stop);
        if (begun is { Request.State: RequestState.InProgress }) return Gate.Of(GateWord.Go, begun.Request);
        // Taken back at the last moment.
        await holds.Release(held, OwnerOf(handle), stop);
        return begun is null ? Gate.Nobody : Gate.Of(GateWord.Over, begun.Request);
    }

    /// <summary>
    /// Locks whoever was joined to the people of a request while it was begun. What is begun lets go of nobody, so of two erasures
    /// that come to want each other's people one has to do without: that of the greater handle leaves them to the other, which
    /// erases them. Everything else that holds somebody ends without waiting for anybody, and is waited for.
    /// </summary>
    private async ValueTask<Gate> Join(PrivacyRequest request, IReadOnlyList<Subject> people, CancellationToken stop)
    {
        var (mine, busy) = (new List<Subject>(), false);
        foreach (var subject in people.Except(request.People))
        {
            if (await holds.Take([subject], OwnerOf(request.Handle), stop)) mine.Add(subject);
            else busy |= !await IsErasedInstead(subject, request.Handle, stop);
        }

        var joined = await book.Tell(request.Handle, new RequestCommand.Begin([.. mine.Select(s => s.ToString())]), stop);
        return joined is null ? Gate.Nobody : Gate.Of(busy ? GateWord.Busy : GateWord.Go, joined.Request);
    }

    private async ValueTask<bool> IsErasedInstead(Subject subject, string handle, CancellationToken stop) =>
        await holds.Owner(subject, stop) is { } owner && owner.StartsWith(OwnerPrefix, StringComparison.Ordinal) && string.CompareOrdinal(owner[OwnerPrefix.Length..], handle) < 0
        && await book.Find(owner[OwnerPrefix.Length..], stop) is { Type: RequestType.Erasure, State: RequestState.InProgress };

    /// <summary>
    /// A step did not succeed however often it was tried. Others may have the people now, also those who were held and could not
    /// be noted any more; a retry takes them again.
    /// </summary>
    /// <returns>Which try it is at, for the next that fails.</returns>
    public async ValueTask<int> Fail(FailedStep failed, CancellationToken stop)
    {
        if (await book.Tell(failed.Handle, new RequestCommand.Fail(failed.Step, failed.Try), stop) is not { Request: var request }) return failed.Try;
        if (request.State == RequestState.Failed) await Release(request, stop);
        return request.Retries;
    }

    /// <summary>
    /// The last step: nothing is kept any more that was only needed on the way. One that was taken back may have been about to
    /// begin when something crashed, and still hold somebody.
    /// </summary>
    public async ValueTask<bool> Settle(string handle, CancellationToken stop)
    {
        if (await book.Find(handle, stop) is not { IsOver: true } request) return false;
        if (request.Export is null) await Release(request, stop);
        await book.Tell(handle, new RequestCommand.Settle(), stop);
        return true;
    }

    private async ValueTask Release(PrivacyRequest request, CancellationToken stop) =>
        await holds.Release(request.Shadows.Union(await eraser.Person(request.People, stop)), OwnerOf(request.Handle), stop);
}

/// <summary>Whether a request may be carried out.</summary>
/// <param name="Word">What to do.</param>
/// <param name="State">How it stands, in OpenDSR's words.</param>
/// <param name="Members">How many people it is about.</param>
/// <param name="Callbacks">How many want to be told.</param>
/// <param name="Until">When to look again at the latest; null where time changes nothing.</param>
/// <param name="Try">After how many retries.</param>
public sealed record Gate(GateWord Word, string State, int Members, int Callbacks, DateTimeOffset? Until, int Try)
{
    /// <summary>There is no such request.</summary>
    public static Gate Nobody { get; } = new(GateWord.Over, "", 0, 0, null, 0);

    public static Gate Of(GateWord word, PrivacyRequest r) => new(word, RequestWords.DsrOf(r.State), r.Subjects.Count, r.Callbacks.Count, r.Export?.Until, r.Retries);
}

[System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<GateWord>))]
public enum GateWord
{
    /// <summary>It is being carried out, and everybody it is about is locked.</summary>
    Go = 1,

    /// <summary>A person has to say something first.</summary>
    Wait,

    /// <summary>Something else is done about one of the people.</summary>
    Busy,

    /// <summary>It has ended.</summary>
    Over,
}

/// <param name="Handle">Of the request.</param>
/// <param name="Step">What did not succeed.</param>
/// <param name="Try">After how many retries.</param>
public sealed record FailedStep(string Handle, string Step, int Try);
