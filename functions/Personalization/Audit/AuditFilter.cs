namespace Personalization.Audit;

/// <summary>Which entries are asked for; what is null does not matter.</summary>
/// <param name="Type">One of the declared types.</param>
/// <param name="From">Not before this.</param>
/// <param name="To">Before this.</param>
/// <param name="About">Under whose key.</param>
public sealed record AuditFilter(string? Type, DateTimeOffset? From, DateTimeOffset? To, PersonalKey? About)
{
    public bool Takes(AuditEntry entry) =>
        (Type is null || entry.Type == Type)
        && (From is not { } from || entry.At >= from)
        && (To is not { } to || entry.At < to)
        && (About is not { } key || entry.Tag.Span.SequenceEqual(key.Tag.Span));
}
