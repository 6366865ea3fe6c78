using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Vault;

/// <summary>The feature "location": from which regions someone comes, fading by half every week.</summary>
public sealed class Locations : IFeature
{
    public const int Kept = 4;

    private const float HalfLife = 7 * 86_400;

    public static readonly FeatureDefinition Declared = new(
        21, "location", "profiles", "From which regions someone comes", TimeSpan.FromSeconds(2),
        Purposes.Personalization | Purposes.Sensitive | Purposes.Location, Sensitivity.Sensitive, TimeSpan.FromDays(30),
        Kept * WeightedKeys.EntryBytes, FeaturePlace.Vault, Enum.GetValues<EventType>());

    private readonly WeightedKeys regions = new(Kept);

    public FeatureDefinition Definition => Declared;

    public void Apply(FeatureInput e)
    {
        if (e.Event.Region != Region.Unknown) regions.Add(e.Event.Region.Code, 1, e.At, HalfLife, e.Origin);
    }

    public void Join(IFeature other) => regions.Join(((Locations)other).regions, HalfLife);

    public IEnumerable<FeatureAttribute> Attributes(uint now) => regions.Attributes("weight", KeyKind.Region, now, HalfLife, Declared.ExpirySeconds);

    public void Expire(uint now) => regions.Expire(now, Declared.ExpirySeconds);

    public void Clear() => regions.Clear();

    public bool Read(ReadOnlySpan<byte> section) => regions.Read(section);

    public int Write(Span<byte> into) => regions.Write(into);

    /// <summary>Where someone mostly comes from; unknown where nothing is kept.</summary>
    public Region Usual(uint now)
    {
        var (usual, most) = (Region.Unknown, 0f);
        for (var i = 0; i < regions.Count; i++)
            if (regions.ValueAt(i, now, HalfLife, Declared.ExpirySeconds) is var value && value > most) (usual, most) = (new(regions.Keys[i]), value);
        return usual;
    }
}
