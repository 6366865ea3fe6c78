using Personalization.Identity;

namespace Personalization.Decisions.Logging;

/// <summary>A decision as the log keeps it. What the body says is none of the log's business.</summary>
/// <param name="Subject">For whom it was; drawn by chance where that is nobody we know.</param>
/// <param name="Id">Its name.</param>
/// <param name="Body">What was decided and by what.</param>
public readonly record struct LoggedDecision(Subject Subject, DecisionId Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>Most bytes of a body.</summary>
    public const int MaxBytes = 512 * 1024;

    /// <summary>How long the log keeps one.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>How long after it was made one may be written; older ones are given up.</summary>
    public static readonly TimeSpan Latest = TimeSpan.FromHours(1);

    /// <summary>How many bytes its stored form takes: the id, then the body.</summary>
    internal int Bytes => DecisionId.Bytes + Body.Length;

    internal int Write(Span<byte> into)
    {
        Id.Write(into);
        Body.Span.CopyTo(into[DecisionId.Bytes..]);
        return Bytes;
    }

    /// <summary>False where these bytes were never a decision.</summary>
    internal static bool TryRead(Subject subject, ReadOnlyMemory<byte> entry, out LoggedDecision decision)
    {
        decision = default;
        if (!DecisionId.TryRead(entry.Span, out var id)) return false;
        decision = new(subject, id, entry[DecisionId.Bytes..]);
        return true;
    }
}
