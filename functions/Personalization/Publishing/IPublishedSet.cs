namespace Personalization.Publishing;

/// <summary>What marketers publish, always the whole of it: rules, experiments, campaigns. As sent and as kept.</summary>
public interface IPublishedSet<TSelf> where TSelf : class
{
    /// <summary>What is shown before the first version.</summary>
    static abstract TSelf None { get; }

    /// <summary>What the version is about, for who reads the list of versions.</summary>
    string? Note { get; }

    /// <summary>How many rules, experiments or campaigns are in it.</summary>
    int Count();

    byte[] Body();

    /// <summary>Null for a body that is none.</summary>
    static abstract TSelf? Read(ReadOnlyMemory<byte> body);
}
