using System.Text.Json.Serialization;

namespace Personalization.Consent;

/// <summary>
/// A person's own word on each purpose; a purpose that is left out is one nothing is said of. A misspelt one is refused:
/// it may be a no.
/// </summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record PurposeChoices
{
    public bool? Personalization { get; init; }
    public bool? Sensitive { get; init; }
    public bool? Location { get; init; }
    public bool? CrossDevice { get; init; }
    public bool? Training { get; init; }
    public bool? Marketing { get; init; }
    public bool? ThirdParty { get; init; }

    public Vote Choices() =>
        Of(Personalization, Purposes.Personalization) + Of(Sensitive, Purposes.Sensitive) + Of(Location, Purposes.Location) + Of(CrossDevice, Purposes.CrossDevice)
        + Of(Training, Purposes.Training) + Of(Marketing, Purposes.Marketing) + Of(ThirdParty, Purposes.ThirdParty);

    private static Vote Of(bool? said, Purposes purpose) => said switch
    {
        true => Vote.Yes(purpose),
        false => Vote.No(purpose),
        null => Vote.Silent,
    };
}
