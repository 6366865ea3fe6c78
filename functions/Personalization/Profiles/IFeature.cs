namespace Personalization.Profiles;

/// <summary>One feature of one document while it is worked on. Instances are reused: nothing here allocates per event.</summary>
public interface IFeature
{
    FeatureDefinition Definition { get; }

    /// <summary>Takes in what an event says. The purposes were checked by the caller.</summary>
    void Apply(FeatureInput e);

    /// <summary>
    /// Takes in another one of its kind, of another subject of the same person. Only for what a decision sees, which is added
    /// up anew each time in the order of the subjects: what is stored is never joined.
    /// </summary>
    void Join(IFeature other);

    /// <summary>Every value of now with where it comes from, in the order it is kept.</summary>
    IEnumerable<FeatureAttribute> Attributes(uint now);

    /// <summary>Drops what is expired at a time, in Unix seconds.</summary>
    void Expire(uint now);

    /// <summary>Forgets everything.</summary>
    void Clear();

    /// <summary>Takes the place of everything by what was written; false where the bytes are damaged.</summary>
    bool Read(ReadOnlySpan<byte> section);

    /// <summary>Writes what is kept and says how many bytes it took; 0 says there is nothing.</summary>
    int Write(Span<byte> into);
}
