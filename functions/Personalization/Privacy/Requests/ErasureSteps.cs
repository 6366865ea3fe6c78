using Personalization.Privacy.Certifying;
using Personalization.Privacy.Erasing;

namespace Personalization.Privacy.Requests;

/// <summary>What the workflow of an erasure does. The people are named by their place in the request, so that no history holds them.</summary>
public sealed class ErasureSteps(RequestBook book, Eraser eraser, Certificates certificates, PrivacyOptions options, TimeProvider time)
{
    /// <summary>Counts what there is, once, and lets nothing more come in.</summary>
    public async ValueTask<bool> Tombstone(string handle, CancellationToken stop)
    {
        var request = await Required(handle, stop);
        if (request.Found is null)
        {
            var found = new List<IReadOnlyList<StoreCount>>();
            foreach (var subject in request.People) found.Add(await eraser.Left(subject, stop));
            var sum = StoreCount.Sum(found).Select(c => new StoreFound(c.Store, c.Kind, c.Found)).ToList();
            await book.Tell(handle, new RequestCommand.Proceed(request.Phase ?? RequestPhase.Held, request.WaitsUntil, sum), stop);
        }

        foreach (var subject in request.People) await eraser.Tombstone(subject, stop);
        // The second time it is on its way to the last look.
        await book.Tell(handle, new RequestCommand.Proceed(request.Phase is RequestPhase.Waiting or RequestPhase.Verifying ? RequestPhase.Verifying : RequestPhase.Tombstoned), stop);
        return true;
    }

    /// <summary>Deletes one of the people everywhere, also out of what others asked about them.</summary>
    public async ValueTask<bool> Delete(MemberStep member, CancellationToken stop)
    {
        var people = (await Required(member.Handle, stop)).People;
        if (member.Place >= people.Count) return false;
        await book.Forget(people[member.Place], member.Handle, stop);
        await eraser.Delete(people[member.Place], stop);
        return true;
    }

    /// <summary>How many entries there still are of them; at the last look, those in the stream among them.</summary>
    public async ValueTask<long> Left(string handle, CancellationToken stop)
    {
        var request = await Required(handle, stop);
        var left = 0L;
        foreach (var subject in request.People)
        {
            left += (await eraser.Left(subject, stop)).Sum(c => c.Found);
            if (request.Phase == RequestPhase.Verifying && !await eraser.StreamIsClear(subject, stop)) left++;
        }

        return left;
    }

    /// <summary>From when on nothing can be on its way any more. Said once: a step that is done again must not begin the time anew.</summary>
    public async ValueTask<DateTimeOffset> Wait(string handle, CancellationToken stop)
    {
        var request = await Required(handle, stop);
        if (request is { Phase: RequestPhase.Waiting, WaitsUntil: { } known }) return known;
        var until = time.GetUtcNow() + eraser.Retention.Wait + options.Grace;
        await book.Tell(handle, new RequestCommand.Proceed(RequestPhase.Waiting, until), stop);
        return until;
    }

    /// <summary>Destroys what was kept to the end, and certifies it. The request names nobody after this.</summary>
    public async ValueTask<bool> Finish(string handle, CancellationToken stop)
    {
        var request = await Required(handle, stop);
        if (request.State == RequestState.Completed) return true;
        var last = new List<IReadOnlyList<StoreCount>>();
        foreach (var subject in request.People) last.Add(await eraser.Finish(subject, RequestSteps.OwnerOf(handle), stop));
        await certificates.Issue(Facts(request), stop);
        await book.Tell(handle, new RequestCommand.Complete((int)(request.Found ?? []).Sum(f => f.Count), null), stop);
        await eraser.Compact(stop);
        return true;
    }

    private static CertificateFacts Facts(PrivacyRequest request) => new(request.Handle);

    private async ValueTask<PrivacyRequest> Required(string handle, CancellationToken stop) =>
        await book.Find(handle, stop) ?? throw new InvalidDataException("A privacy request that is carried out is gone.");
}

/// <param name="Handle">Of the request.</param>
/// <param name="Place">Which of the people it is about.</param>
public sealed record MemberStep(string Handle, int Place);
