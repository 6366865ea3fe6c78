using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Training.Privacy.Accounting;

/// <summary>What was given away of one dataset so far, as it is kept.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record BudgetBook
{
    /// <summary>So many releases are listed, the newest ones; what was spent counts all of them.</summary>
    public const int Listed = 200;

    /// <summary>ρ that may be lost in all. Fixed with the first release: a setting that is raised later gives nothing back.</summary>
    public required double Most { get; init; }

    /// <summary>ρ that was lost, or may have been.</summary>
    public required double Spent { get; init; }

    public required IReadOnlyList<NotedRelease> Releases { get; init; }

    /// <summary>More models than this are not counted.</summary>
    private const int MostCounted = 10_000;

    public static BudgetBook Empty(Rho most) => new() { Most = most.Value, Spent = 0, Releases = [] };

    /// <summary>Null where a release would go past the budget, or past what a setting allows by now.</summary>
    public BudgetBook? With(NotedRelease release, Rho most)
    {
        var spent = After(Spent, release.Rho);
        if (!(spent <= Limit(most))) return null;
        return this with { Spent = spent, Releases = [.. Releases.TakeLast(Listed - 1), release] };
    }

    /// <summary>What may be lost in all, as the book and a setting have it by now.</summary>
    public double Limit(Rho most) => Math.Min(Most, most.Value);

    /// <summary>How many more releases of one price are paid for; counted as they would be noted, and no further than ten thousand.</summary>
    public int More(Rho cost, Rho most)
    {
        var count = 0;
        for (var spent = After(Spent, cost.Value); count < MostCounted && spent <= Limit(most); spent = After(spent, cost.Value)) count++;
        return count;
    }

    // Rounded up, so that many small ones do not add up to more than they say. The first is what it is: a budget of one model pays for it.
    private static double After(double spent, double cost) => spent == 0 ? cost : Math.BitIncrement(spent + cost);

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.BudgetBook);

    /// <summary>Null for a body that is none.</summary>
    public static BudgetBook? Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.BudgetBook) is { Releases: { } releases, Spent: >= 0, Most: > 0 } book && releases.All(r => r is { What: not null }) ? book : null;
}

/// <param name="What">What it was for, such as <c>model</c>.</param>
public sealed record NotedRelease(string What, double Rho, DateTimeOffset At);
