using Personalization.Consent;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>One person of a delivery: what was read of them, and what is to be written. Reused.</summary>
internal sealed class Person
{
    public Subject Subject { get; private set; }

    /// <summary>The partition key of their documents.</summary>
    public string Key { get; private set; } = "";

    /// <summary>Their first and last event, as places in the delivery's events.</summary>
    public int First { get; private set; }

    public int Last { get; set; }

    /// <summary>Whether any of their events may leave something in the vault.</summary>
    public bool UsesVault { get; set; }

    public Outcome<Document> Profile { get; set; }

    public Outcome<Document> Vault { get; set; }

    /// <summary>What the consent ledger says of someone without a profile.</summary>
    public ConsentState Remembered { get; set; }

    /// <summary>Whether they were erased: nothing of theirs is taken in, and nothing put aside.</summary>
    public bool Erased => Profile.Ok && Tombstone.Is(Profile.Value.Body.Span);

    /// <summary>Why their events are put aside; null where they are not.</summary>
    public string? Unreadable { get; set; }

    /// <summary>What to write; empty for nothing.</summary>
    public ReadOnlyMemory<byte> NewProfile { get; set; }

    public ReadOnlyMemory<byte> NewVault { get; set; }

    /// <summary>The write of the profile, while it is under way.</summary>
    public Task<Outcome<Etag>>? Writing { get; set; }

    public bool DeletesVault { get; set; }

    /// <summary>Whether someone else wrote first, so that all of it has to be looked at again.</summary>
    public bool Again { get; set; }

    public void Begin(Subject subject, int first)
    {
        (Subject, Key, First, Last, UsesVault) = (subject, subject.ToString(), first, first, false);
        Reset();
    }

    /// <summary>As before anything was read.</summary>
    public void Reset()
    {
        var nothing = Outcome.Failed<Document>(Status.NotFound);
        (Profile, Vault, Remembered) = (nothing, nothing, ConsentState.None);
        (Unreadable, NewProfile, NewVault, DeletesVault, Again) = (null, default, default, false, false);
    }
}
