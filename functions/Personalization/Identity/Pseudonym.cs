namespace Personalization.Identity;

/// <summary>A subject together with the text stores know it by, made once.</summary>
/// <param name="subject">Who.</param>
/// <param name="settled">Whether nothing is to be written before they are next met: they are known under the salt in force.</param>
/// <param name="token">The visitor token they are to use from now on; null where they go on with what they have.</param>
public sealed class Pseudonym(Subject subject, bool settled = true, string? token = null)
{
    public Subject Subject { get; } = subject;

    public string Key { get; } = subject.ToString();

    public bool Settled { get; } = settled;

    public string? Token { get; } = token;
}
