using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests;

/// <summary>The crash suite kills real processes; this is what they run. Everything else is for the test runner.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args is [KilledWriter.Verb] ? KilledWriter.Run() : Task.FromResult(1);
}
