using Personalization.Identity;
using Personalization.Models;
using Personalization.Privacy.Certifying;
using Personalization.Privacy.Erasing;
using Personalization.Privacy.Exporting;
using Personalization.Training;

namespace Personalization.Privacy.Requests;

/// <summary>What the workflow of an erasure does. The people are named by their place in the request, so that no history holds them.</summary>
/// <param name="book">Where requests are.</param>
/// <param name="eraser">Deletes.</param>
/// <param name="certificates">Signs.</param>
/// <param name="exclusions">Told that a model is due.</param>
/// <param name="exports">What others asked about them.</param>
/// <param name="learned">Models in use that may have learned from whoever was there at a time.</param>
/// <param name="options">Times to keep.</param>
/// <param name="time">The clock.</param>
public sealed class ErasureSteps(
    RequestBook book, Eraser eraser, Certificates certificates, Exclusions exclusions, Exports exports, Func<DateTimeOffset, CancellationToken, ValueTask<IReadOnlyList<Promotion>>> learned,
    PrivacyOptions options, TimeProvider time)
{
    /// <summary>Counts what there is of whoever was not counted yet, and lets nothing more come in.</summary>
    public async ValueTask<bool> Tombstone(string handle, CancellationToken stop)
    {
        var request = await Required(handle, stop);
        if (request.Found is null || request.Counted < request.Subjects.Count)
            await book.Tell(handle, new RequestCommand.Count(await Found(request, stop), null) { From = request.Counted, To = request.Subjects.Count }, stop);
        foreach (var subject in request.People) await eraser.Tombstone(subject, stop);
        var excluded = await exclusions.Schedule(stop);
        // The second time it is on its way to the last look.
        await book.Tell(handle, new RequestCommand.Proceed(request.Phase is RequestPhase.Waiting or RequestPhase.Verifying ? RequestPhase.Verifying : RequestPhase.Tombstoned) { ExcludedBy = excluded }, stop);
        return true;
    }

    /// <summary>Deletes one of the people everywhere, also out of what others asked about them.</summary>
    public async ValueTask<bool> Delete(MemberStep member, CancellationToken stop)
    {
        var request = await Required(member.Handle, stop);
        var people = request.People;
        if (member.Place >= people.Count) return false;
        // Before they are taken out of the requests that say where the files are.
        foreach (var export in await exports.About(people[member.Place], stop))
            if (await book.Find(export, stop) is { } asked) await exports.Delete(export, asked.People, stop);
        await book.Forget(people[member.Place], member.Handle, stop);
        foreach (var shadow in member.Place == 0 ? request.Shadows : []) await book.Forget(shadow, member.Handle, stop);
        // What leads to these is deleted, and their histories are nobody's business any more.
        if (await eraser.Merges(people[member.Place], stop) is { Count: > 0 } merges) await book.Tell(member.Handle, new RequestCommand.Name(merges), stop);
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

    /// <summary>
    /// Destroys what was kept to the end, and certifies it. What is certified was counted before it was deleted: done again after
    /// a crash, there is less to count. The hold goes after all that, so that whoever asks for the same waits for the certificate;
    /// and the request names them as long as they are held, or nobody would know whom to let go. After this it names nobody.
    /// </summary>
    public async ValueTask<bool> Finish(string handle, CancellationToken stop)
    {
        var request = await Required(handle, stop);
        if (request.State == RequestState.InProgress) request = await Certify(request, stop);
        await eraser.Release(request.Shadows.Union(request.People), RequestSteps.OwnerOf(handle), stop);
        await book.Tell(handle, new RequestCommand.Release(), stop);
        // Also where all this was done before: what the disk still has of it may have been left.
        await eraser.Compact(stop);
        return true;
    }

    private async ValueTask<PrivacyRequest> Certify(PrivacyRequest request, CancellationToken stop)
    {
        if (request.Kept is null) request = (await book.Tell(request.Handle, new RequestCommand.Count(null, await Sum(request.People, eraser.Kept, stop)), stop))!.Request;
        foreach (var subject in request.People) await eraser.Finish(subject, stop);
        await certificates.Issue(Facts(request, await learned(request.BegunAt ?? request.ReceivedAt, stop), time.GetUtcNow()), stop);
        return (await book.Tell(request.Handle, new RequestCommand.Complete(0, null), stop))!.Request;
    }

    private static CertificateFacts Facts(PrivacyRequest r, IReadOnlyList<Promotion> learned, DateTimeOffset now)
    {
        var excluded = r.ExcludedBy ?? throw new InvalidDataException("An erasure is finished of which no model was told.");
        var kept = (r.Kept ?? []).ToDictionary(k => k.Store + k.Kind, k => k.Count, StringComparer.Ordinal);
        var rows = (r.Found ?? []).Select(f => (Row: f, Count: f.Count + kept.GetValueOrDefault(f.Store + f.Kind)));
        return new(
            r.Handle, RequestWords.Of(r.Type), r.BegunAt ?? r.ReceivedAt, now, r.Deadline, r.Subjects.Count,
            [.. rows.Select(f => new CertifiedStore(f.Row.Store, f.Row.Kind, f.Row.How, f.Count, f.Row.How is Ways.Deleted or Ways.DeletedLast ? f.Count : 0, now))],
            [.. learned.Select(m => new CertifiedModel(m.Model, m.Sha256, excluded))], excluded);
    }

    /// <summary>What there is of the people who were not counted yet, the requests that name them among it, which go in parts.</summary>
    private async ValueTask<IReadOnlyList<StoreFound>> Found(PrivacyRequest request, CancellationToken stop)
    {
        var (before, named, rows) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var subject in request.People.Take(request.Counted)) before.UnionWith(await book.Naming(subject, stop));
        foreach (var subject in request.People.Skip(request.Counted))
        {
            var handles = await book.Naming(subject, stop);
            named.UnionWith(handles);
            // Its own rows are there up to the last step, and counted by it.
            rows += handles.Count(h => h != request.Handle);
        }

        var found = await Sum([.. request.People.Skip(request.Counted)], eraser.Left, stop);
        return [.. found.Select(f => f.Store == PrivacyRequest.Store.Name ? f with { Count = named.Except(before).Count() } : f.Store == PrivacyRequest.Index.Name ? f with { Count = rows } : f)];
    }

    private static async ValueTask<IReadOnlyList<StoreFound>> Sum(IReadOnlyList<Subject> people, Func<Subject, CancellationToken, ValueTask<IReadOnlyList<StoreCount>>> count, CancellationToken stop)
    {
        var counts = new List<IReadOnlyList<StoreCount>>();
        // Also where nobody is left in the request each store has its row.
        foreach (var subject in people.Count == 0 ? [Subject.Random()] : people) counts.Add(await count(subject, stop));
        return [.. StoreCount.Sum(counts).Select(c => new StoreFound(c.Store, c.Kind, c.How, c.Found))];
    }

    private async ValueTask<PrivacyRequest> Required(string handle, CancellationToken stop) =>
        await book.Find(handle, stop) ?? throw new InvalidDataException("A privacy request that is carried out is gone.");
}

/// <param name="Handle">Of the request.</param>
/// <param name="Place">Which of the people it is about.</param>
public sealed record MemberStep(string Handle, int Place);
