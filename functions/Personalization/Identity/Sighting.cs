namespace Personalization.Identity;

/// <summary>Where an identifier was seen.</summary>
/// <param name="Source">The keyed hash of the event; 0 where it was none.</param>
/// <param name="SignedIn">Whether it was shown by somebody who had signed in.</param>
public readonly record struct Sighting(ulong Source, bool SignedIn);
