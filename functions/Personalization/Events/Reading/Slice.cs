namespace Personalization.Events.Reading;

/// <summary>A piece of text within a batch: where it begins and how many bytes it has. Empty means absent.</summary>
public readonly record struct Slice(int Start, int Length)
{
    public bool IsEmpty => Length == 0;
}
