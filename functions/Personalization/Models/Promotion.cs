namespace Personalization.Models;

/// <summary>Names one model beyond doubt.</summary>
/// <param name="Model">Its name; also that of its file.</param>
/// <param name="Sha256">Of the whole file, in lower-case hexadecimal: another file under the same name is not this model.</param>
public sealed record Promotion(string Model, string Sha256)
{
    public static readonly Promotion None = new("none", "");
}
