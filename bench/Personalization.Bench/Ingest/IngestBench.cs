using System.Globalization;
using System.Text;

namespace Personalization.Bench.Ingest;

/// <summary>The way of an event from the wire to a decision, part by part; all parts together write the report.</summary>
internal static class IngestBench
{
    private static readonly (string Name, Func<Task<string>> Run)[] Parts =
    [
        ("read", ReadBench.Run), ("accept", AcceptBench.Run), ("featurize", FeaturizeBench.Run), ("fresh", FreshnessBench.Run),
        ("burst", BurstBench.Run), ("growth", GrowthBench.Run),
    ];

    public static async Task<int> Run(string[] only)
    {
        var text = new StringBuilder("# Ingest\n\n`dotnet run -c Release --project bench/Personalization.Bench -- ingest`\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Client and server share the machine. Events are views of 183 bytes with session, region and consent, in NDJSON; the consent gate is on.\n\n{Report.Machine}\n");
        foreach (var (name, run) in Parts.Where(p => only.Length == 0 || only.Contains(p.Name)))
        {
            var section = await run();
            text.Append('\n').Append(section);
            Console.WriteLine(section);
        }

        if (only.Length == 0) Report.Write("ingest.md", text.ToString());
        return 0;
    }
}
