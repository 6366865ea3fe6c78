using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Security;

namespace Personalization.Functions.Hosting;

/// <summary>Kestrel and the little around it that we use: routing, logging, CORS. Nothing is read from files, nothing is scanned.</summary>
internal static class WebHost
{
    private const string Cors = "pages";

    public static WebApplication Build(AppOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "Personalization.Functions", ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // The limit of a public body is kept where it is read; here is only the outer one, within which the rest of a
            // refused body is swallowed, so that its sender gets the answer and not a broken connection.
            kestrel.Limits.MaxRequestBodySize = options.Http.MaxEnvelopeBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = options.Http.MaxHeaderBytes;
            foreach (var endpoint in options.Listen.Endpoints) kestrel.Listen(endpoint);
        });
        builder.Services.AddRoutingCore();
        // A caller who dribbles a body must not keep the process from stopping; the stream's drain comes after.
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton(options.Http);
        if (HasCors(options)) builder.Services.AddCors(c => c.AddPolicy(Cors, p => p.WithOrigins([.. options.Http.CorsOrigins]).AllowAnyMethod().WithHeaders("content-type", "x-api-key", "authorization").SetPreflightMaxAge(TimeSpan.FromHours(1))));
        Log(builder.Logging, options);
        var web = builder.Build();
        if (HasCors(options)) web.UseCors(Cors);
        return web;
    }

    public static Admission Admission(AppOptions options, string? staffKey, TimeProvider time)
    {
        var given = staffKey is null ? options.Auth.Keys : new Dictionary<Roles, IReadOnlyList<string>> { [Roles.Frontend | Roles.Staff] = [staffKey] };
        var keys = new ApiKeys(given);
        return new(options.Auth, keys, new(options.RateLimit, keys.Count, time), options.Mode, open: staffKey is not null);
    }

    private static bool HasCors(AppOptions options) => !options.Mode.Hosted && options.Http.CorsOrigins.Count > 0;

    // The framework logs paths and exception messages, which hold what callers sent: only its warnings about itself pass.
    private static void Log(ILoggingBuilder logging, AppOptions options)
    {
        logging.AddFilter("Personalization", LogLevel.Information)
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.None)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
            .AddFilter("Microsoft", LogLevel.Warning);
        logging.AddProvider(new InvocationLogs());
        if (options.OtlpEndpoint is { } endpoint) OtlpExport.AddLogs(logging, endpoint);
    }
}
