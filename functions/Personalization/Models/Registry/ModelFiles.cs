using System.Security.Cryptography;
using System.Text;
using Personalization.Storage;

namespace Personalization.Models.Registry;

/// <summary>The files of models: one blob for each name, written once.</summary>
public sealed class ModelFiles(IBlobs blobs)
{
    public static readonly Store Store = new(
        "models", StoreKind.Blobs, "training", "Keeps what was learned from all who allow it: numbers about items, and nothing about any person",
        Sensitivity.Public, null, "one folder for all", SubjectKey.None);

    private const int FormatLetters = 8;

    /// <summary>Stores a model's file; says what a promotion of it is, and its format. The same model may be stored twice.</summary>
    /// <exception cref="InvalidOperationException">There is another model of this name; files are written once.</exception>
    public async ValueTask<(Promotion Promotion, string Format)> Keep(FactorModel model, CancellationToken stop)
    {
        var file = ModelFile.Write(model);
        var put = await blobs.Put(Store, model.Name, file, stop);
        if (put.Status != Status.Conflict) put.Required(Store);
        else if (!(await blobs.Get(Store, model.Name, stop)).Required(Store).Span.SequenceEqual(file)) throw new InvalidOperationException("There is another model of this name.");
        return (new(model.Name, Hash(file)), Encoding.ASCII.GetString(file.AsSpan(0, FormatLetters)));
    }

    /// <summary>The model that was promoted, or what is wrong with its file: missing, unavailable, corrupt.</summary>
    public async ValueTask<(FactorModel? Model, string? Wrong)> Read(Promotion promotion, CancellationToken stop)
    {
        var found = await blobs.Get(Store, promotion.Model, stop);
        if (!found.Ok) return (null, found.Status == Status.NotFound ? "missing" : "unavailable");
        return Hash(found.Value.Span) == promotion.Sha256 && ModelFile.Read(promotion.Model, found.Value.Span) is { } model ? (model, null) : (null, "corrupt");
    }

    private static string Hash(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));
}
