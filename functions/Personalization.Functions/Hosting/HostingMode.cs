namespace Personalization.Functions.Hosting;

/// <summary>Who drives this process: the Functions host, which says on which port it will call, or we ourselves.</summary>
/// <param name="Port">The host's port; null standalone.</param>
public sealed record HostingMode(int? Port)
{
    public const string PortVariable = "FUNCTIONS_CUSTOMHANDLER_PORT";

    public bool Hosted => Port is not null;

    /// <summary>The presence of the host's variable decides, nothing else.</summary>
    public static HostingMode Read(Settings settings)
    {
        if (settings.Variable(PortVariable) is not { } variable) return new((int?)null);
        if (int.TryParse(variable, out var port) && port is > 0 and < 65536) return new(port);
        settings.Refuse($"{PortVariable} must be a port number.");
        return new(0);
    }
}
