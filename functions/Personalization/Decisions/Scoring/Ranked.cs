namespace Personalization.Decisions.Scoring;

/// <summary>An item that was chosen: its place in the snapshot and its score.</summary>
public readonly record struct Ranked(int Place, float Score);
