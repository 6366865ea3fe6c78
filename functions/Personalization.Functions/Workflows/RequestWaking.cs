using Personalization.Functions.Durable;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Workflows;

/// <summary>Has the workflow of a request look at it, and begins it where there is none.</summary>
internal sealed class RequestWaking(IWorkflows workflows)
{
    /// <param name="request">Which.</param>
    /// <param name="look">Whether a workflow that there is should look now.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask Wake(PrivacyRequest request, bool look, CancellationToken stop)
    {
        var (program, instance) = (request.Type == RequestType.Erasure ? ErasePerson.Program : ExportPerson.Program, RequestWork.InstanceOf(request.Handle));
        var begun = await workflows.Start(program, instance, request.Handle, stop);
        if (!begun && look) await workflows.Raise(instance, RequestWork.Look, "", stop);
    }
}
