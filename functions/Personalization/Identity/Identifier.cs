using System.Text;

namespace Personalization.Identity;

/// <summary>A raw identifier in its one form, on its way to becoming an alias. It lives as long as the request.</summary>
public sealed record Identifier(Namespace Space, ReadOnlyMemory<byte> Value)
{
    public const int MaxLength = 256;

    /// <summary>The SHA-256 of the value, where that is all that was said of it.</summary>
    public ReadOnlyMemory<byte> Digest { get; private init; }

    /// <summary>One of which only the SHA-256 of its one form is known: enough to find somebody by, and for nothing else.</summary>
    public static Identifier Hashed(Namespace space, ReadOnlyMemory<byte> digest) => new(space, default) { Digest = digest };

    // Records print their members; this one must not be able to reach a log.
    public override string ToString() => Space.Name;

    /// <summary>The identifier, or what is wrong with it.</summary>
    /// <param name="space">Its kind.</param>
    /// <param name="text">As it was sent.</param>
    /// <param name="blocked">What is shared by so many that it says nothing, in lower case.</param>
    /// <param name="fault">Null where there is none.</param>
    public static Identifier? Read(Namespace space, string text, IReadOnlySet<string> blocked, out string? fault)
    {
        fault = text.Length == 0 || text.EnumerateRunes().Count() > MaxLength ? $"must have 1 to {MaxLength} characters" : IdCharacters.Fault(text);
        if (fault is not null) return null;
        var plain = space.Form switch { IdForm.Mail => IdForms.Mail(text, out fault), IdForm.Phone => IdForms.Phone(text, out fault), _ => text };
        if (fault is null && blocked.Contains(plain.ToLowerInvariant())) fault = "is a placeholder that many share; leave it out";
        return fault is null ? new(space, Encoding.UTF8.GetBytes(plain)) : null;
    }
}
