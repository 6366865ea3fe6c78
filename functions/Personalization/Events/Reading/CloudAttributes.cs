using Personalization.Identity;

namespace Personalization.Events.Reading;

/// <summary>The attributes of a CloudEvents envelope that matter here.</summary>
public enum CloudAttribute { None, SpecVersion, Id, Source, Type, ConsentPurposes, TcString, GppString, Gpc }

/// <summary>A CloudEvents envelope without its data, and what it says of the event within. The same for JSON and for headers.</summary>
public struct CloudAttributes
{
    /// <summary>By attribute; the names are the wire's.</summary>
    public static readonly string[] Names = ["", "specversion", "id", "source", "type", "consentpurposes", "tcstring", "gppstring", "gpc"];

    private static readonly byte[][] Utf8Names = [.. Names.Select(System.Text.Encoding.ASCII.GetBytes)];

    private Slice version, id, source, type, purposes;
    private Slice? tcf, gpp;

    public long? At { get; set; }

    public static CloudAttribute Find(ReadOnlySpan<byte> name)
    {
        for (var i = 1; i < Utf8Names.Length; i++)
            if (name.SequenceEqual(Utf8Names[i])) return (CloudAttribute)i;
        return CloudAttribute.None;
    }

    public void Set(CloudAttribute attribute, Slice text)
    {
        switch (attribute)
        {
            case CloudAttribute.SpecVersion: version = text; break;
            case CloudAttribute.Id: id = text; break;
            case CloudAttribute.Source: source = text; break;
            case CloudAttribute.Type: type = text; break;
            case CloudAttribute.ConsentPurposes: purposes = text; break;
            case CloudAttribute.TcString: tcf = text; break;
            case CloudAttribute.GppString: gpp = text; break;
        }
    }

    /// <summary>Puts what the envelope says over what the data said.</summary>
    public readonly void Seal(EventBatch batch, ref IncomingEvent e)
    {
        if (e.Fault.None) e.Fault = Missing(batch);
        (e.Id, e.Source) = (id, source);
        e.At = At ?? e.At;
        e.Type = EventTypes.Find(AfterLastDot(batch.Text(type)));
        if (tcf is { } ownTcf) ConsentReader.Tcf(batch, ref e, ownTcf);
        if (gpp is { } ownGpp) ConsentReader.Gpp(batch, ref e, ownGpp);
        foreach (var word in batch.Text(purposes).Split((byte)' '))
            if (ConsentReader.Purpose(batch.Text(purposes)[word]) is var purpose) e.Consent += Consent.Vote.Yes(purpose);
    }

    private readonly Fault Missing(EventBatch batch) => this switch
    {
        _ when !batch.Text(version).SequenceEqual("1.0"u8) => new("specversion", "must be 1.0"),
        { id.IsEmpty: true } => new("id", "is missing"),
        { source.IsEmpty: true } => new("source", "is missing"),
        { type.IsEmpty: true } => new("type", "is missing"),
        { id.Length: > 4 * Identifier.MaxLength } => new("id", "must have 1 to 256 characters"),
        { source.Length: > 8 * Identifier.MaxLength } => new("source", "is too long"),
        _ => default,
    };

    private static ReadOnlySpan<byte> AfterLastDot(ReadOnlySpan<byte> type) => type[(type.LastIndexOf((byte)'.') + 1)..];
}
