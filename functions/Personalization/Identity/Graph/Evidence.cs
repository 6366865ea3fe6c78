namespace Personalization.Identity.Graph;

/// <summary>Why an identifier is thought to be somebody's. Says where it was seen, never what it was.</summary>
/// <param name="Namespace">The kind of identifier, by its declared name.</param>
/// <param name="Source">The keyed hash of the event it was seen in; 0 where that is unknown.</param>
/// <param name="Authenticated">Whether they had signed in.</param>
/// <param name="At">When it was seen.</param>
public sealed record Evidence(string Namespace, ulong Source, bool Authenticated, DateTimeOffset At);
