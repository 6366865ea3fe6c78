using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Publishing;

namespace Personalization.Models.Rollouts;

/// <summary>Who gets which model. Versions of it are what served when.</summary>
/// <param name="Model">The champion, which everybody else gets; "none" where there is none.</param>
/// <param name="Sha256">Of its file.</param>
/// <param name="Canary">What part of the people get.</param>
/// <param name="Shadows">What scores beside the champion for nobody.</param>
/// <param name="Past">Champions to go back to, the last first.</param>
/// <param name="At">When it was put in force; null in what was published before rollouts were.</param>
/// <param name="Step">What led to it.</param>
public sealed record Rollout(
    string Model, string Sha256, Canary? Canary = null, IReadOnlyList<Promotion>? Shadows = null, IReadOnlyList<Promotion>? Past = null, DateTimeOffset? At = null, RolloutStep? Step = null)
{
    public const int MostShadows = 3;
    private const int MostPast = 20;

    public static readonly Rollout None = new("none", "");

    public static readonly Artefact<Rollout> Artefact = new("models", None, (_, body) => Read(body));

    [JsonIgnore]
    public Promotion Champion { get; } = Model == "none" ? Promotion.None : new(Model, Sha256);

    [JsonIgnore]
    public IReadOnlyList<Promotion> InShadow => Shadows ?? [];

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.Rollout);

    public bool Names(string model) => model == Model || model == Canary?.Model || InShadow.Any(s => s.Model == model);

    public Rollout WithShadow(Promotion model) => Without(model.Model) with { Shadows = [.. InShadow.Where(s => s.Model != model.Model), model] };

    public Rollout WithCanary(Promotion model, double share, DateTimeOffset now) => Without(model.Model) with { Canary = new(model.Model, model.Sha256, share, now) };

    public Rollout WithChampion(Promotion model) =>
        Without(model.Model).Served(model) with { Past = [Champion, .. (Past ?? []).Where(p => p.Model != model.Model).Take(MostPast - 1)] };

    /// <summary>The champion before. A canary was judged against the one that goes, so it goes as well.</summary>
    public Rollout Back() => Served(Past is { Count: > 0 } ? Past[0] : Promotion.None) with { Canary = null, Past = Past?.Skip(1).ToList() };

    /// <summary>Without a canary or shadow.</summary>
    public Rollout Without(string model) => this with { Canary = Canary?.Model == model ? null : Canary, Shadows = [.. InShadow.Where(s => s.Model != model)] };

    // Anew and not by "with", which would take over who the champion was.
    private Rollout Served(Promotion champion) => new(champion.Model, champion.Sha256, Canary, [.. InShadow.Where(s => s != champion)], Past, At, Step);

    private static Rollout? Read(ReadOnlyMemory<byte> body)
    {
        var read = Stored.Read(body, Stored.Default.Rollout);
        var whole = read is { Model.Length: > 0, Sha256: not null } && (read.Model == "none" || read.Sha256.Length > 0)
            && read.Canary is null or { Model.Length: > 0, Sha256.Length: > 0, Share: > 0 and <= 100 } && Are(read.Shadows) && Are(read.Past);
        return whole ? read : null;
    }

    private static bool Are(IReadOnlyList<Promotion>? models) => models is null || models.All(m => m is { Model: not null, Sha256: not null });
}

/// <param name="What">promote, rollback or guardrail.</param>
/// <param name="Model">Of which model.</param>
/// <param name="To">What it became; null where it was taken out.</param>
/// <param name="Reason">Why, in the words of who did it.</param>
public sealed record RolloutStep(string What, string Model, string? To, string Reason);
