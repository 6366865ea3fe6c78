namespace Personalization.Consent;

/// <summary>What a person can allow or refuse, each on its own. The names in camelCase are the wire's.</summary>
[Flags]
public enum Purposes : byte
{
    None = 0,

    /// <summary>Arranging pages, results and recommendations by what someone did.</summary>
    Personalization = 1,

    /// <summary>Keeping what purchases and searches say, apart from all else.</summary>
    Sensitive = 2,

    /// <summary>Using where someone is.</summary>
    Location = 4,

    /// <summary>Recognizing someone on several devices and across contexts.</summary>
    CrossDevice = 8,

    /// <summary>Learning models from it.</summary>
    Training = 16,

    /// <summary>Reaching out: messages, campaigns.</summary>
    Marketing = 32,

    /// <summary>Sale to, sharing with and data from third parties.</summary>
    ThirdParty = 64,

    All = Personalization | Sensitive | Location | CrossDevice | Training | Marketing | ThirdParty,
}
