using Personalization.Consent;
using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Vault;

namespace Personalization.Decisions;

/// <summary>What a decision may know of a person, or why that is nothing. Given back afterwards: decoding into what is used already allocates nothing.</summary>
/// <param name="Subject">As whom they ask; null for somebody never met.</param>
/// <param name="Profile">Of all members together; null where there is none that may be used.</param>
/// <param name="Vault">What they agreed to apart from all else; null where they did not.</param>
/// <param name="Denied">What they refused, one of them for all.</param>
/// <param name="Why">Why there is no profile, or why it is without that of whoever asks; <see cref="Fallback.None"/> where nothing is missing.</param>
public readonly record struct FoundPerson(Subject? Subject, Profile? Profile, VaultFeatures? Vault, Purposes Denied, Fallback Why)
{
    /// <summary>What decisions can make use of at all.</summary>
    private const Purposes Usable = Purposes.Personalization | Purposes.Sensitive | Purposes.Location | Purposes.CrossDevice;

    private readonly IReadOnlyList<Subject>? members;

    /// <summary>All subjects of the person, the asking one among them, in order; none for somebody never met. Not to be kept longer than the rest.</summary>
    public IReadOnlyList<Subject> Members
    {
        get => members ?? [];
        init => members = value;
    }

    /// <summary>Stands for everything that was read of them: as long as it is the same, so is the person. 0 where something could not be read.</summary>
    public ulong Stamp { get; init; }

    public Purposes Used => (Profile is null ? Purposes.None : Purposes.Personalization) | (Vault is null ? Purposes.None : Purposes.Sensitive);

    public Purposes Withheld => Denied & Usable;
}
