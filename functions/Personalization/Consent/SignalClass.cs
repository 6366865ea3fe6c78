namespace Personalization.Consent;

/// <summary>What kind of data a piece of behaviour is, as far as consent is concerned.</summary>
public enum SignalClass : byte
{
    /// <summary>Views, clicks, ratings, baskets.</summary>
    Interaction,

    /// <summary>What was shown.</summary>
    Exposure,

    Purchase,
    Search,
    Location,

    /// <summary>What joins devices or contexts of one person.</summary>
    CrossDevice,

    /// <summary>Data from or for somebody else.</summary>
    ThirdParty,

    /// <summary>Use as an example to learn from.</summary>
    Training,

    /// <summary>Use for reaching out.</summary>
    Messaging,
}

/// <summary>Purposes by signal classes: the one place that says which consent a kind of data needs.</summary>
public static class ConsentMatrix
{
    /// <summary>Every one of these has to be granted. A class nobody has thought about needs them all.</summary>
    public static Purposes Needs(SignalClass c) => c switch
    {
        SignalClass.Interaction or SignalClass.Exposure => Purposes.Personalization,
        SignalClass.Purchase or SignalClass.Search => Purposes.Personalization | Purposes.Sensitive,
        SignalClass.Location => Purposes.Personalization | Purposes.Location,
        SignalClass.CrossDevice => Purposes.Personalization | Purposes.CrossDevice,
        SignalClass.ThirdParty => Purposes.Personalization | Purposes.ThirdParty,
        SignalClass.Training => Purposes.Personalization | Purposes.Training,
        SignalClass.Messaging => Purposes.Marketing,
        _ => Purposes.All,
    };

    public static bool Allows(Purposes granted, SignalClass c) => (Needs(c) & ~granted) == Purposes.None;
}
