using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>Someone a request is about and what is remembered of them.</summary>
internal sealed class KnownPerson
{
    private ReadOnlyMemory<byte> lastEvents;

    public Pseudonym Pseudonym { get; private set; } = null!;

    public ConsentState Consent { get; private set; }

    /// <summary>The read under way, where it was not done at once.</summary>
    public ValueTask<Outcome<Document>>? Reading { get; set; }

    public void Meet(Pseudonym pseudonym) => (Pseudonym, Consent, Reading, lastEvents) = (pseudonym, ConsentState.None, null, default);

    /// <param name="consent">What they decided.</param>
    /// <param name="events">The keys of their last events, eight bytes each.</param>
    public void Recall(ConsentState consent, ReadOnlyMemory<byte> events) => (Consent, lastEvents) = (consent, events);

    public bool Knows(ulong eventId) => MemoryMarshal.Cast<byte, ulong>(lastEvents.Span).Contains(eventId);
}
