using System.Reflection;

namespace Personalization.Functions.Hosting;

public static class Version
{
    public static readonly string Text = typeof(Version).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
}
