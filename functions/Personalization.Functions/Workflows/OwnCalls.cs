using System.Text;
using System.Text.Json;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Http;

namespace Personalization.Functions.Workflows;

/// <summary>
/// Calls functions of our own as somebody from outside does: the same bodies, the same checks, the same answers. Only the
/// network and the key are left out.
/// </summary>
/// <param name="table">Where they are found; it is complete only when everything is put together.</param>
/// <param name="options">The limits of bodies.</param>
internal sealed class OwnCalls(Func<FunctionTable> table, HttpOptions options) : IServiceProvider
{
    public object? GetService(Type serviceType) => serviceType == typeof(HttpOptions) ? options : null;

    /// <param name="method">The HTTP method.</param>
    /// <param name="route">As it is declared, with its parameters in braces.</param>
    /// <param name="body">JSON; null for none.</param>
    /// <param name="stop">Gives up.</param>
    /// <param name="values">What stands for the parameters.</param>
    /// <returns>The status, and the body where there is one.</returns>
    public async ValueTask<(int Status, JsonElement? Body)> Call(string method, string route, string? body, CancellationToken stop, params IEnumerable<(string Name, string Value)> values)
    {
        var http = new DefaultHttpContext { RequestServices = this, RequestAborted = stop };
        using var answer = new MemoryStream();
        (http.Request.Method, http.Response.Body) = (method, answer);
        foreach (var (name, value) in values) http.Request.RouteValues[name] = value;
        if (body is not null)
        {
            var bytes = Encoding.UTF8.GetBytes(body);
            (http.Request.Body, http.Request.ContentType, http.Request.ContentLength) = (new MemoryStream(bytes), "application/json", bytes.Length);
        }

        var function = table().With<Trigger.Http>().First(f => f.Trigger.Route == route && f.Trigger.Methods.Contains(method, StringComparer.Ordinal));
        try { await (await function.Trigger.Handle(http)).ExecuteAsync(http); }
        catch (RefusedException e) { await e.Problem.ExecuteAsync(http); }
        return (http.Response.StatusCode, answer.Length == 0 ? null : JsonElement.Parse(answer.ToArray()));
    }
}
