namespace Personalization.Audit;

/// <summary>A fact as the log keeps it.</summary>
/// <param name="At">When it was told, to the millisecond.</param>
/// <param name="Type">What kind of fact.</param>
/// <param name="Salt">16 random bytes: no two entries are alike, and nobody can guess an entry from its hash.</param>
/// <param name="Tag">16 bytes that stand for the subject as long as there is its key; empty where it is about nobody.</param>
/// <param name="Open">For every auditor.</param>
/// <param name="Sealed">The personal part under the subject's key; empty where there is none.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Type, ReadOnlyMemory<byte> Salt, ReadOnlyMemory<byte> Tag,
    IReadOnlyDictionary<string, string> Open, ReadOnlyMemory<byte> Sealed)
{
    public const int SaltBytes = 16;

    /// <summary>The longest entry, in its canonical bytes.</summary>
    public const int MaxBytes = 32 * 1024;
}
