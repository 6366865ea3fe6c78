namespace Personalization.Training.Ranking;

/// <summary>Something that was chosen from others that were there as well.</summary>
/// <param name="Chosen">Its terms.</param>
/// <param name="Others">The terms of each of the others.</param>
/// <param name="Weight">How much it counts: less where somebody chose much, more where it stood where few would have seen it.</param>
public sealed record Choice(float[] Chosen, IReadOnlyList<float[]> Others, double Weight);
