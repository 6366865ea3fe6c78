using System.Text.Json;

namespace Personalization.Models.Shadowing;

/// <summary>Sums over decisions that a shadow scored beside the champion.</summary>
/// <param name="Count">How many.</param>
/// <param name="Silent">Of how many more it could say nothing.</param>
/// <param name="Overlap">Sum of the shares of the champion's ten best that are among its ten best.</param>
/// <param name="Correlation">Sum of the correlations of both orders, by rank.</param>
/// <param name="ChampionScore">Sum of the champion's mean scores.</param>
/// <param name="ShadowScore">Sum of its own.</param>
public sealed record ShadowSums(long Count, long Silent, double Overlap, double Correlation, double ChampionScore, double ShadowScore)
{
    public static readonly ShadowSums None = new(0, 0, 0, 0, 0, 0);

    public ShadowSums Add(ShadowSums other) => new(
        Count + other.Count, Silent + other.Silent, Overlap + other.Overlap, Correlation + other.Correlation, ChampionScore + other.ChampionScore, ShadowScore + other.ShadowScore);

    internal byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.ShadowSums);

    internal static ShadowSums Read(ReadOnlyMemory<byte> body) => Stored.Read(body, Stored.Default.ShadowSums) ?? None;
}
