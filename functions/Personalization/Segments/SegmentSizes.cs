namespace Personalization.Segments;

/// <summary>How many people are in each segment, as far as that may be told.</summary>
/// <param name="At">When they were counted; null before the first time.</param>
/// <param name="Fewest">Of fewer people nothing is told.</param>
/// <param name="Epsilon">What the counts cost of the privacy budget; null where they are exact.</param>
/// <param name="Segments">Every segment there is, known without looking at people.</param>
public sealed record SegmentSizes(DateTimeOffset? At, int Fewest, double? Epsilon, IReadOnlyList<SegmentSize> Segments);

/// <param name="Segment">As rules name it.</param>
/// <param name="People">Null where they are too few.</param>
/// <param name="Noise">σ of the noise in the number; 0 for an exact one.</param>
public sealed record SegmentSize(string Segment, long? People, int Noise);
