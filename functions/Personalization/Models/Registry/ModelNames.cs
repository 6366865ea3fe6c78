namespace Personalization.Models.Registry;

/// <summary>What models may be called: a name is a file's, a row's and a part of a path.</summary>
public static class ModelNames
{
    public const int MaxLength = 64;

    public const string Form = "must have 1 to 64 lower-case letters, digits, dots and hyphens, begin with a letter or digit, and be neither none nor champion";

    public static bool IsName(string? name) =>
        name is { Length: >= 1 and <= MaxLength } && name is not ("none" or "champion") && name[0] is not ('.' or '-') && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-');
}
