using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Functions.Hosting.Security;
using Personalization.Messages;
using Personalization.Models;
using Personalization.Privacy.Requests;
using Personalization.Segments;
using Personalization.Training;
using Personalization.Training.Runs;

namespace Personalization.Functions.Hosting;

/// <summary>Everything that can be set, read in one place so that a start that fails lists all that is wrong.</summary>
public sealed record AppOptions(
    HostingMode Mode, ListenOptions Listen, StateOptions State, AuthOptions Auth, RateLimitOptions RateLimit, HttpOptions Http,
    StreamOptions Stream, TelemetryOptions Telemetry, Uri? OtlpEndpoint, EventOptions Events, CatalogueOptions Catalogue, DecisionOptions Decisions, DecisionLogOptions DecisionLog, ConsentOptions Consent, AuditOptions Audit, TrainingOptions Training, RunOptions Runs, HubOptions Workflows,
    PrivacyOptions Privacy, TierOptions Tiers, MessageOptions Messages, ModelOptions Models)
{
    public static AppOptions Read(Settings s, string? urls = null)
    {
        var mode = HostingMode.Read(s);
        var auth = AuthOptions.Read(s);
        return new(
            mode, ListenOptions.Read(s, urls ?? s.Variable(ListenOptions.UrlsVariable), mode, auth), StateOptions.Read(s), auth,
            RateLimitOptions.Read(s), HttpOptions.Read(s), StreamOptions.Read(s), TelemetryOptions.Read(s), Endpoint(s),
            EventOptions.Read(s), CatalogueOptions.Read(s), DecisionOptions.Read(s), DecisionLogOptions.Read(s), ConsentOptions.Read(s), AuditOptions.Read(s), TrainingOptions.Read(s), RunOptions.Read(s), HubOptions.Read(s), PrivacyOptions.Read(s), TierOptions.Read(s), MessageOptions.Read(s), ModelOptions.Read(s));
    }

    private static Uri? Endpoint(Settings s)
    {
        if (s.Variable(TelemetryOptions.EndpointVariable) is not { } text) return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https") return uri;
        s.Refuse($"{TelemetryOptions.EndpointVariable} must be an http or https address.");
        return null;
    }
}
