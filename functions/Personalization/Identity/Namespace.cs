namespace Personalization.Identity;

/// <summary>A kind of identifier, and what may be concluded from one.</summary>
/// <param name="Name">Part of what is hashed, so that one text in two namespaces never names one person.</param>
/// <param name="Unique">Whether a person has at most one, so that two of them together are a conflict.</param>
/// <param name="Confidence">How sure it is that whoever shows it is who showed it before; 1 for who signed in.</param>
/// <param name="Form">How it is written.</param>
public sealed record Namespace(string Name, bool Unique, double Confidence, IdForm Form);

public enum IdForm { Opaque, Mail, Phone }

/// <summary>Every namespace there is; an identifier of another kind is not taken.</summary>
public static class Namespaces
{
    public static readonly Namespace User = new("user", Unique: true, 1, IdForm.Opaque);
    public static readonly Namespace Visitor = new("visitor", Unique: false, 0.95, IdForm.Opaque);

    /// <summary>A visitor token of our own.</summary>
    public static readonly Namespace Token = new("token", Unique: false, 0.95, IdForm.Opaque);

    public static readonly Namespace Mail = new("email", Unique: true, 0.9, IdForm.Mail);
    public static readonly Namespace Phone = new("phone", Unique: false, 0.8, IdForm.Phone);

    // Shared by households and shops: a hint at most, never a reason to make two people one.
    public static readonly Namespace Device = new("device", Unique: false, 0.6, IdForm.Opaque);
    public static readonly Namespace Session = new("session", Unique: false, 0.5, IdForm.Opaque);

    public static IReadOnlyList<Namespace> All { get; } = [User, Visitor, Token, Mail, Phone, Device, Session];

    /// <summary>Those a caller may name; a token is only ever shown as a visitor.</summary>
    public static IReadOnlyList<Namespace> Named { get; } = [.. All.Where(n => n != Token)];

    public static Namespace? Find(string? name) => Named.FirstOrDefault(n => n.Name == name);
}
