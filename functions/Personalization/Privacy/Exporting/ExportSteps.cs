using Personalization.Audit;
using Personalization.Identity;
using Personalization.Privacy.Requests;

namespace Personalization.Privacy.Exporting;

/// <summary>What the workflow of an access or portability request does.</summary>
public sealed class ExportSteps(RequestBook book, PersonReader reader, Exports exports, Holds holds, AuditLog audit, PrivacyOptions options, TimeProvider time)
{
    /// <summary>Gathers everything, keeps it encrypted and lets go of the people.</summary>
    /// <returns>When it is to be deleted; null where there is nothing to delete.</returns>
    public async ValueTask<DateTimeOffset?> Gather(string handle, CancellationToken stop)
    {
        if (await book.Find(handle, stop) is not { } request) return null;
        if (request.State == RequestState.InProgress)
        {
            await audit.Append(ExportDesk.Fact(request, "gathered"), stop);
            // Before it is read: who is parted while it is, is parted since.
            var persons = await reader.Persons(request.People, stop);
            var report = await reader.Read(request, stop);
            await exports.Put(handle, request.People, persons, ReportFiles.Zip(report), stop);
            request = (await book.Tell(handle, new RequestCommand.Complete(report.Results, time.GetUtcNow() + options.ExportLife), stop))?.Request ?? request;
        }

        await holds.Release(request.Shadows.Union(request.People), RequestSteps.OwnerOf(handle), stop);
        return request.Export?.Until;
    }

    /// <summary>Deletes the export. The file and the shares first: the request says where they are.</summary>
    public async ValueTask<bool> Drop(string handle, CancellationToken stop)
    {
        if (await book.Find(handle, stop) is not { } request) return false;
        await exports.Delete(handle, request.People, stop);
        return (await book.Tell(handle, new RequestCommand.Drop(), stop))?.Decision is RequestDecision.Changed;
    }
}
