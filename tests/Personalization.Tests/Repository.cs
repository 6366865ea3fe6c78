using System.Runtime.CompilerServices;

namespace Personalization.Tests;

/// <summary>Where the files of this repository are, for tests that read them as a person would.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
