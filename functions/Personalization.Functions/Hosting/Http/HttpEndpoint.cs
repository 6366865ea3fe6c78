using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Security;

namespace Personalization.Functions.Hosting.Http;

/// <summary>
/// Serves one public call, however it arrived: admission first, then the function, then a word to the audit log if staff did
/// something, and for anything that goes wrong the problem that says so.
/// </summary>
internal sealed class HttpEndpoint(Admission admission, StaffActions staff, Invocations invocations)
{
    public async Task Serve(HttpContext http, Function function, Trigger.Http trigger)
    {
        SecurityHeaders.Set(http.Response.Headers);
        var failure = await invocations.Run(function.Name, http.Request.Headers, () => Answer(http, function, trigger), () => http.Response.StatusCode);
        if (failure is null || http.Response.HasStarted) return;
        if (failure is OperationCanceledException && http.RequestAborted.IsCancellationRequested) http.Response.StatusCode = 499;
        else await Problem.Of(failure).ExecuteAsync(http);
    }

    private async ValueTask Answer(HttpContext http, Function function, Trigger.Http trigger)
    {
        IResult result;
        try { result = admission.Check(http, trigger.Roles) ?? await trigger.Handle(http); }
        catch (RefusedException e) { result = e.Problem; }
        catch (BadHttpRequestException e) { result = e.StatusCode == 413 ? TooLarge(http) : Problem.BadRequest(e.StatusCode); }
        catch (Exception e)
        {
            await staff.Tell(http, function.Name, e is OperationCanceledException ? 499 : Problem.Of(e).Status);
            throw;
        }

        try
        {
            await staff.Tell(http, function.Name, (result as IStatusCodeHttpResult)?.StatusCode ?? 200);
            await result.ExecuteAsync(http);
        }
        finally { (result as IDisposable)?.Dispose(); }
    }

    private static Problem TooLarge(HttpContext http) => Problem.TooLarge(HttpOptions.Of(http).MaxBodyBytes);
}
