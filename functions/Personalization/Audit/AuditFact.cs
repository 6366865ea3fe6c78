using Personalization.Identity;

namespace Personalization.Audit;

/// <summary>Something that happened and must be provable later. No text in it ever names a person.</summary>
/// <param name="Type">One of <see cref="AuditTypes"/>.</param>
/// <param name="Subject">Whom it was about, if about anybody; kept only as a tag that goes with that person's key.</param>
/// <param name="Open">What every auditor may read, for ever.</param>
/// <param name="Personal">What is readable only as long as the subject's key exists; needs a subject.</param>
public sealed record AuditFact(
    string Type, Subject? Subject, IReadOnlyDictionary<string, string> Open, IReadOnlyDictionary<string, string>? Personal = null);
