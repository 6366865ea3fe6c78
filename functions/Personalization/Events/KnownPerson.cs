using Personalization.Consent;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>Someone a request is about and what is remembered of them.</summary>
internal sealed class KnownPerson
{
    public Person Person { get; private set; } = null!;

    public ConsentState Consent { get; set; }

    /// <summary>The read under way, where it was not done at once.</summary>
    public ValueTask<Outcome<Document>>? Reading { get; set; }

    /// <summary>The profile document as stored, in which their last events are found; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Profile { get; set; }

    public void Meet(Person person) => (Person, Consent, Reading, Profile) = (person, ConsentState.None, null, default);
}
