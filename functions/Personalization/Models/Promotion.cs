using System.Text.Json;
using Personalization.Publishing;

namespace Personalization.Models;

/// <summary>Which model is the one that serves.</summary>
/// <param name="Model">Its name; also that of its file.</param>
/// <param name="Sha256">Of the whole file, in lower-case hexadecimal: another file under the same name is not this model.</param>
public sealed record Promotion(string Model, string Sha256)
{
    public static readonly Promotion None = new("none", "");

    /// <summary>Versions of these are the promotions there were, and going back is a rollback.</summary>
    public static readonly Artefact<Promotion> Artefact = new("models", None, (_, body) => Stored.Read(body, Stored.Default.Promotion) is { Model.Length: > 0, Sha256.Length: > 0 } read ? read : null);

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.Promotion);
}
