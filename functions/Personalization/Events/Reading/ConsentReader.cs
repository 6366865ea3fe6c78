using System.Text.Json;
using Personalization.Consent;
using Personalization.Consent.Signals;

namespace Personalization.Events.Reading;

/// <summary>
/// Reads what an event says of consent: a word for each purpose, and the strings and the signal of the frameworks. A
/// purpose it does not mention is left to what else is known.
/// </summary>
internal static class ConsentReader
{
    public const int MaxString = 8192;

    public static void Read(ref Utf8JsonReader json, EventBatch batch, ref IncomingEvent e)
    {
        if (json.TokenType != JsonTokenType.StartObject)
        {
            EventReader.Wrong(ref json, ref e, "consent");
            return;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = EventReader.Name(ref json, batch);
            json.Read();
            if (json.TokenType == JsonTokenType.Null) continue;
            if (Purpose(name) is var purpose and not Purposes.None) e.Consent += Word(ref json, ref e, purpose);
            else if (name.SequenceEqual("tcf"u8)) Tcf(batch, ref e, Texts.Read(ref json, batch, ref e, "consent.tcf", MaxString));
            else if (name.SequenceEqual("gpp"u8)) Gpp(batch, ref e, Texts.Read(ref json, batch, ref e, "consent.gpp", MaxString));
            else
            {
                if (name.SequenceEqual("gpc"u8)) e.Gpc |= json.TokenType != JsonTokenType.False;
                json.Skip();
            }
        }
    }

    /// <summary>Takes a TC string that was given. An empty one says nothing it could grant by, and two that differ cannot both be right.</summary>
    public static void Tcf(EventBatch batch, ref IncomingEvent e, Slice text)
    {
        if (text.IsEmpty || Differs(batch, e.Tcf, text)) e.Consent += Vote.No(TcfSignal.Spoken);
        else e.Tcf = text;
    }

    /// <summary>The same for a GPP string.</summary>
    public static void Gpp(EventBatch batch, ref IncomingEvent e, Slice text)
    {
        if (text.IsEmpty || Differs(batch, e.Gpp, text)) e.Consent += Vote.No(Purposes.All);
        else e.Gpp = text;
    }

    private static bool Differs(EventBatch batch, Slice before, Slice now) => !before.IsEmpty && !batch.Text(before).SequenceEqual(batch.Text(now));

    public static Purposes Purpose(ReadOnlySpan<byte> name) => name.Length switch
    {
        8 when name.SequenceEqual("location"u8) => Purposes.Location,
        8 when name.SequenceEqual("training"u8) => Purposes.Training,
        9 when name.SequenceEqual("sensitive"u8) => Purposes.Sensitive,
        9 when name.SequenceEqual("marketing"u8) => Purposes.Marketing,
        10 when name.SequenceEqual("thirdParty"u8) => Purposes.ThirdParty,
        11 when name.SequenceEqual("crossDevice"u8) => Purposes.CrossDevice,
        15 when name.SequenceEqual("personalization"u8) => Purposes.Personalization,
        _ => Purposes.None,
    };

    private static Vote Word(ref Utf8JsonReader json, ref IncomingEvent e, Purposes purpose)
    {
        if (json.TokenType == JsonTokenType.True) return Vote.Yes(purpose);
        if (json.TokenType == JsonTokenType.False) return Vote.No(purpose);
        EventReader.Wrong(ref json, ref e, "consent", "holds a purpose that is neither true nor false");
        return Vote.No(purpose);
    }
}
