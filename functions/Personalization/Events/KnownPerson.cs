using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Events.Reading;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>Someone a request is about and what is remembered of them.</summary>
internal sealed class KnownPerson
{
    private ReadOnlyMemory<byte> lastEvents;

    /// <summary>By what they are remembered; 0 where they are not to be.</summary>
    public UInt128 Tag { get; private set; }

    /// <summary>Null as long as they were not met.</summary>
    public Pseudonym? Pseudonym { get; set; }

    /// <summary>How they showed themselves, where they had to be looked for.</summary>
    public Shown Shown { get; set; }

    public ConsentState Consent { get; private set; }

    /// <summary>The read under way, where it was not done at once.</summary>
    public ValueTask<Outcome<Document>>? Reading { get; set; }

    /// <summary>The event because of which they are to be met, by its key; 0 where there is none.</summary>
    public ulong MetBy { get; set; }

    /// <summary>One of their events.</summary>
    public int First { get; private set; }

    /// <summary>Whether it is only the browser of somebody who had signed in.</summary>
    public bool Beside { get; private set; }

    /// <summary>What is wrong with their name.</summary>
    public Fault Fault => Shown.Fault is var (name, reason) ? new(name, reason) : default;

    public void Begin(UInt128 tag, Pseudonym? pseudonym, int first, bool beside)
    {
        (Tag, Pseudonym, First, Beside, Shown, Consent) = (tag, pseudonym, first, beside, default, ConsentState.None);
        (Reading, MetBy, lastEvents) = (null, 0, default);
    }

    /// <summary>They have events of their own as well.</summary>
    public void IsSomebody() => Beside = false;

    /// <summary>They are not to be remembered by what they were told apart by here.</summary>
    public void Forget() => Tag = 0;

    /// <param name="consent">What they decided.</param>
    /// <param name="events">The keys of their last events, eight bytes each.</param>
    public void Recall(ConsentState consent, ReadOnlyMemory<byte> events) => (Consent, lastEvents) = (consent, events);

    public bool Knows(ulong eventId) => MemoryMarshal.Cast<byte, ulong>(lastEvents.Span).Contains(eventId);
}
