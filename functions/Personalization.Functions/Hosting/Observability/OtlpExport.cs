using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Personalization.Functions.Hosting.Observability;

/// <summary>
/// Sends traces, metrics and logs over OTLP when an endpoint is configured (the standard OTEL_EXPORTER_OTLP_* variables
/// apply). Without one nothing of it is loaded.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    private readonly List<IDisposable> providers = [];

    public static OtlpExport Start(Uri endpoint, TelemetryOptions options)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("personalization-functions", serviceVersion: Version.Text);
        var export = new OtlpExport();
        export.providers.Add(Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource(Invocations.Source)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceRatio)))
            .AddOtlpExporter(o => Configure(o, endpoint, "v1/traces")).Build());
        export.providers.Add(Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Invocations.Source).AddMeter("System.Runtime")
            .AddOtlpExporter((o, reader) =>
            {
                Configure(o, endpoint, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.MetricInterval.TotalMilliseconds;
            }).Build());
        return export;
    }

    public static void AddLogs(ILoggingBuilder logging, Uri endpoint) => logging.AddOpenTelemetry(o =>
    {
        o.SetResourceBuilder(ResourceBuilder.CreateDefault().AddService("personalization-functions", serviceVersion: Version.Text));
        o.AddOtlpExporter(e => Configure(e, endpoint, "v1/logs"));
    });

    public void Dispose()
    {
        foreach (var p in providers) p.Dispose();
    }

    private static void Configure(OtlpExporterOptions o, Uri endpoint, string path)
    {
        o.Protocol = OtlpExportProtocol.HttpProtobuf;
        o.Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/" + path);
    }
}

/// <param name="TraceRatio">Part of the traces begun here that are sent.</param>
/// <param name="MetricInterval">Time between two reports.</param>
public sealed record TelemetryOptions(double TraceRatio, TimeSpan MetricInterval)
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static TelemetryOptions Read(Settings s) => new(
        s.Double("Telemetry:TraceRatio", 0.05, 0, 1, "part of the traces begun here that are sent"),
        s.Time("Telemetry:MetricInterval", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "time between two metric reports"));
}
