using Personalization.Identity;
using Personalization.Privacy.Erasing;

namespace Personalization.Privacy.Requests;

/// <summary>
/// What the workflows of all requests do. A step is told the handle of a request and nothing else, and can be done again
/// from its beginning, whatever a crash left of it.
/// </summary>
public sealed class RequestSteps(RequestBook book, Eraser eraser, Holds holds)
{
    /// <summary>By what a request's holds are known again.</summary>
    internal static string OwnerOf(string handle) => $"request-{handle}";

    /// <summary>
    /// Looks how a request stands and, where it may be carried out, locks everybody who is one person with those it names.
    /// While somebody else has one of them nobody is locked: two who wait for each other would wait for ever.
    /// </summary>
    public async ValueTask<Gate> Admit(string handle, CancellationToken stop)
    {
        if (await book.Tell(handle, new RequestCommand.TimePasses(), stop) is not { Request: var request }) return Gate.Nobody;
        if (request.State is RequestState.Unverified or RequestState.Unapproved or RequestState.Failed) return Gate.Of(GateWord.Wait, request) with { Until = request.Challenge?.Until };
        if (request.State is not (RequestState.Pending or RequestState.InProgress)) return Gate.Of(GateWord.Over, request);
        var people = await eraser.Person(request.People, stop);
        if (!await holds.Take(people, OwnerOf(handle), stop))
        {
            await holds.Release([.. request.People, .. people], OwnerOf(handle), stop);
            return Gate.Of(GateWord.Busy, request);
        }

        var begun = await book.Tell(handle, new RequestCommand.Begin([.. people.Select(p => p.ToString())]), stop);
        if (begun is { Request.State: RequestState.InProgress }) return Gate.Of(GateWord.Go, begun.Request);
        // Taken back at the last moment.
        await holds.Release(people, OwnerOf(handle), stop);
        return begun is null ? Gate.Nobody : Gate.Of(GateWord.Over, begun.Request);
    }

    /// <summary>A step did not succeed however often it was tried. Others may have the people now; a retry takes them again.</summary>
    public async ValueTask<bool> Fail(FailedStep failed, CancellationToken stop)
    {
        if (await book.Tell(failed.Handle, new RequestCommand.Fail(failed.Step), stop) is not { } answer) return false;
        if (answer.Request.State != RequestState.InProgress) await holds.Release(answer.Request.People, OwnerOf(failed.Handle), stop);
        return answer.Decision is RequestDecision.Changed;
    }

    /// <summary>The last step: nothing is kept any more that was only needed on the way.</summary>
    public async ValueTask<bool> Settle(string handle, CancellationToken stop)
    {
        var settled = await book.Tell(handle, new RequestCommand.Settle(), stop);
        await eraser.Compact(stop);
        return settled is not null;
    }
}

/// <summary>Whether a request may be carried out.</summary>
/// <param name="Word">What to do.</param>
/// <param name="State">How it stands, in OpenDSR's words.</param>
/// <param name="Members">How many people it is about.</param>
/// <param name="Callbacks">How many want to be told.</param>
/// <param name="Until">When to look again at the latest; null where time changes nothing.</param>
public sealed record Gate(GateWord Word, string State, int Members, int Callbacks, DateTimeOffset? Until)
{
    /// <summary>There is no such request.</summary>
    public static Gate Nobody { get; } = new(GateWord.Over, "", 0, 0, null);

    public static Gate Of(GateWord word, PrivacyRequest r) => new(word, RequestWords.DsrOf(r.State), r.Subjects.Count, r.Callbacks.Count, r.Export?.Until);
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
public sealed record FailedStep(string Handle, string Step);
