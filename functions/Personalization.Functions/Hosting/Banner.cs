namespace Personalization.Functions.Hosting;

/// <summary>What a person who started the engine sees first.</summary>
internal static class Banner
{
    public static void Write(AppOptions options, IReadOnlyList<string> addresses, string? staffKey)
    {
        if (options.Mode.Hosted)
        {
            Console.Out.WriteLine($"Personalization.Functions {Version.Text} serves the Functions host on port {options.Mode.Port}.");
            if (options.State.Kind == StorageKind.Embedded) Console.Out.WriteLine("warning: state is kept in a directory of this instance alone; several instances need Storage__Kind Azure.");
            if (!options.Auth.HasKeys && !options.Auth.PlatformPrincipal) Console.Out.WriteLine("warning: no Auth__Keys__* are configured, so every call that needs a role is refused.");
            return;
        }

        Console.Out.WriteLine($"Personalization.Functions {Version.Text} listens on {string.Join(", ", addresses)}");
        Console.Out.WriteLine($"Data: {(options.State.Kind == StorageKind.Azure ? "Azure" : Path.GetFullPath(options.State.Embedded.Directory!))}");
        if (staffKey is null) return;
        Console.Out.WriteLine("No keys are configured: only this machine is served, frontend calls need no key, staff calls need this one");
        Console.Out.WriteLine($"Staff key: {staffKey}   (header x-api-key; also in {Path.Combine(options.State.Embedded.Directory!, Security.StaffKey.FileName)})");
    }
}
