using Personalization.Consent;
using Personalization.Profiles;
using Personalization.Vault;

namespace Personalization.Identity.Merging;

/// <summary>One member's document, as it is stored.</summary>
/// <param name="Subject">Whose.</param>
/// <param name="Body">The document; empty where there is none.</param>
/// <param name="Allowed">What this member has not refused; features of it that need more do not enter.</param>
public readonly record struct ViewSide(Subject Subject, ReadOnlyMemory<byte> Body, Purposes Allowed);

/// <summary>
/// What a decision sees of a person with several members: their documents added up, in the order of the subjects, each
/// subject once. A function of the set of sides, so it does not matter in which order or groups they were joined. Reused:
/// made once, it allocates nothing for the next person. Used by one worker at a time.
/// </summary>
public sealed class PersonView<T>(Func<T> make) where T : FeatureDocument
{
    private readonly T view = make();
    private readonly T side = make();
    private readonly List<ViewSide> ordered = [];

    /// <summary>Members whose document is damaged or of another version, and so not in the view.</summary>
    public int Unreadable { get; private set; }

    /// <param name="asking">The member that asks.</param>
    /// <param name="sides">All members in any order, the asking one among them.</param>
    /// <param name="joint">What the person allows; without leave to join devices, the view is of the asking member alone.</param>
    /// <returns>Good until the next call. It has features and no marks, and is never stored.</returns>
    public T Of(Subject asking, IReadOnlyList<ViewSide> sides, Purposes joint)
    {
        Into(view, asking, sides, joint);
        return view;
    }

    /// <summary>The same into a document of the caller's.</summary>
    public void Into(T sum, Subject asking, IReadOnlyList<ViewSide> sides, Purposes joint)
    {
        sum.Begin(ConsentState.None);
        Unreadable = 0;
        Order(sides);
        for (var i = 0; i < ordered.Count; i++)
        {
            var one = ordered[i];
            if (one.Body.IsEmpty || (i > 0 && ordered[i - 1].Subject == one.Subject)) continue;
            if (one.Subject != asking && !ConsentMatrix.Allows(one.Allowed & joint, SignalClass.CrossDevice)) continue;
            Add(sum, one.Body.Span, one.Allowed & joint);
        }
    }

    // By insertion: they are ten at most, and neither an enumerator nor a comparison is made.
    private void Order(IReadOnlyList<ViewSide> sides)
    {
        ordered.Clear();
        for (var i = 0; i < sides.Count; i++)
        {
            var place = ordered.Count;
            while (place > 0 && ordered[place - 1].Subject.Key > sides[i].Subject.Key) place--;
            ordered.Insert(place, sides[i]);
        }
    }

    private void Add(T sum, ReadOnlySpan<byte> body, Purposes allowed)
    {
        if (!side.Read(body))
        {
            Unreadable++;
            return;
        }

        side.Keep(allowed);
        sum.Join(side);
    }
}

/// <summary>The two kinds of views.</summary>
public static class PersonView
{
    public static PersonView<Profile> OfProfiles() => new(static () => new());

    public static PersonView<VaultFeatures> OfVaults() => new(static () => new());
}
