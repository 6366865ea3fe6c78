namespace Personalization.Decisions.Asking;

/// <summary>What is wrong with what was asked.</summary>
/// <param name="Field">Where; empty for the whole.</param>
/// <param name="Reason">Why, so that the sentence goes on from the field.</param>
/// <param name="What">What kind of thing is wrong.</param>
public readonly record struct AskFault(string Field, string Reason, AskWrong What = AskWrong.Value)
{
    public static AskFault Type(string field, string reason) => new(field, reason, AskWrong.Type);

    public static AskFault Name(string field) => new(field, "is not a field of this call", AskWrong.Name);
}

public enum AskWrong : byte
{
    Value,

    /// <summary>Not the kind of JSON it should be.</summary>
    Type,

    /// <summary>No field of this name.</summary>
    Name,
}
