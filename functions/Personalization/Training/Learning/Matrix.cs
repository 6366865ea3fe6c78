using Personalization.Decisions.Scoring;

namespace Personalization.Training.Learning;

/// <summary>Rows of numbers one after the other, each filled up with zeros to a multiple of sixteen.</summary>
/// <remarks>
/// Everything computed with them goes in steps of sixteen, whatever the processor's registers hold: the same sums in the same
/// order, so that the same data give the same model on every machine that multiplies and adds in one step.
/// </remarks>
internal sealed class Matrix(int rows, int columns)
{
    public const int Step = 16;

    private readonly Aligned<float> values = new(checked(rows * Wide(columns)));

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    /// <summary>How far one row is from the next.</summary>
    public int Stride { get; } = Wide(columns);

    public Span<float> All => values.Span;

    public Span<float> this[int row] => values.Span.Slice(row * Stride, Stride);

    private static int Wide(int columns) => (columns + Step - 1) & -Step;
}
