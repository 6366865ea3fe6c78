namespace Personalization.Profiles;

/// <summary>One feature of one document while it is worked on. Instances are reused: nothing here allocates per event.</summary>
public interface IFeature
{
    FeatureDefinition Definition { get; }

    /// <summary>Takes in what an event says. The purposes were checked by the caller.</summary>
    void Apply(FeatureInput e);

    /// <summary>Drops what is expired at a time, in Unix seconds.</summary>
    void Expire(uint now);

    /// <summary>Forgets everything.</summary>
    void Clear();

    /// <summary>Takes the place of everything by what was written; false where the bytes are damaged.</summary>
    bool Read(ReadOnlySpan<byte> section);

    /// <summary>Writes what is kept and says how many bytes it took; 0 says there is nothing.</summary>
    int Write(Span<byte> into);
}
