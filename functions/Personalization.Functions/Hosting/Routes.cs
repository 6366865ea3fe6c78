using Personalization.Functions.Hosting.Envelopes;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Security;

namespace Personalization.Functions.Hosting;

/// <summary>Maps the table onto the router: public paths, and under the host the envelope of every function it posts to.</summary>
internal static class Routes
{
    public static void Map(WebApplication web, FunctionTable table, HttpEndpoint http, EnvelopeEndpoint? envelopes)
    {
        // With the path, so that no request has to ask the services for it.
        var options = web.Services.GetRequiredService<HttpOptions>();
        web.Use(next => context => ExplainRefusal(context, next));
        foreach (var (function, trigger) in table.With<Trigger.Http>())
        {
            // The host never forwards what needs its durable client: a call that comes this way is not from it.
            if (envelopes is not null && trigger.DurableClient) continue;
            var path = RoutePath.Parse(trigger.Route);
            web.MapMethods("/" + trigger.Route, trigger.Methods, context => path.Spells(context.Request.Path.Value)
                ? http.Serve(context, function, trigger)
                : Problem.NoSuchPath.ExecuteAsync(context)).WithMetadata(options);
        }

        if (envelopes is null) return;
        foreach (var function in table.All)
            web.MapPost("/" + function.Name, context => context.Request.Path.Value == "/" + function.Name
                ? envelopes.Serve(context, function)
                : Problem.NoSuchPath.ExecuteAsync(context));
    }

    /// <summary>The router answers 404 and 405 without a word; here they get one.</summary>
    private static async Task ExplainRefusal(HttpContext context, RequestDelegate next)
    {
        await next(context);
        if (context.Response.HasStarted || context.Response.StatusCode is not (404 or 405)) return;
        SecurityHeaders.Set(context.Response.Headers);
        if (context.Response.StatusCode == 405) await Problem.WrongMethod(context.Response.Headers.Allow.ToString()).ExecuteAsync(context);
        else await Problem.NoSuchPath.ExecuteAsync(context);
    }
}
