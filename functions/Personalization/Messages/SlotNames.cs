namespace Personalization.Messages;

/// <summary>Names of slots. They are logged, so they are such that nobody's address or words would pass for one.</summary>
internal static class SlotNames
{
    public const int MaxLength = 64;

    public const string Form = "must have 1 to 64 letters, digits, hyphens, underscores, dots or slashes";

    public static bool Is(string? name) => name is { Length: > 0 and <= MaxLength } && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/');
}
