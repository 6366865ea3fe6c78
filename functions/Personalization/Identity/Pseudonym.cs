namespace Personalization.Identity;

/// <summary>A subject together with the text stores know it by, made once.</summary>
public sealed class Pseudonym(Subject subject)
{
    public Subject Subject { get; } = subject;

    public string Key { get; } = subject.ToString();
}
