using System.Buffers.Binary;
using System.Buffers.Text;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events.Reading;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Events;

/// <summary>
/// An event as it travels in the stream: no identifier but the subject, no text, only what features are made of, with the
/// consent it was taken under. Written as base64 of a fixed head and the keys, because some ways through an event hub carry
/// text only.
/// </summary>
/// <param name="Subject">Who, as everything past Identity knows them.</param>
/// <param name="Type">What they did.</param>
/// <param name="Granted">What was allowed when it was taken. What these do not cover is not in here.</param>
/// <param name="Policy">Version of the consent policy that said so.</param>
/// <param name="At">When, in Unix milliseconds.</param>
/// <param name="Id">A keyed hash of the sender's name for this event, by which a resend is recognized.</param>
/// <param name="Session">A keyed hash of the session; 0 without one.</param>
/// <param name="Region">Where; unknown unless location is granted.</param>
/// <param name="Value">Money or a rating, as the type has it; 0 without one.</param>
/// <param name="Quantity">How many; 1 without a word.</param>
/// <param name="DwellMs">How long; 0 without a word.</param>
/// <param name="Items">Keys of the items it is about.</param>
/// <param name="Terms">Keys of the catalogue terms a search spoke of.</param>
public readonly record struct StreamedEvent(
    Subject Subject, EventType Type, Purposes Granted, ushort Policy, long At, ulong Id, ulong Session, Region Region,
    float Value, int Quantity, int DwellMs, ReadOnlyMemory<ulong> Items, ReadOnlyMemory<ulong> Terms)
{
    public static readonly Store Hub = new(
        "behaviour", StoreKind.Stream, "events", "Carries accepted behaviour from the edge to the features it becomes",
        Sensitivity.Sensitive, TimeSpan.FromDays(1), "the partition of the subject", SubjectKey.RecordKey);

    /// <summary>Whether it is data from somebody else, which a person may refuse by itself also after it was taken.</summary>
    public bool FromThirdParty { get; init; }

    /// <summary>Most keys of one kind.</summary>
    public const int MaxKeys = EventOptions.MaxItems + 1;

    /// <summary>The last moment features can tell, in Unix milliseconds: a later one is damage, and would make all else look old.</summary>
    private const long LatestAt = uint.MaxValue * 1000L;

    private const byte Version = 1;
    private const int Head = 68;

    /// <summary>All of these must be allowed for it to have any effect.</summary>
    public Purposes Needs => ConsentMatrix.Needs(Type.Rule().Signal) | (FromThirdParty ? ConsentMatrix.Needs(SignalClass.ThirdParty) : Purposes.None);

    /// <summary>Most bytes the written form takes.</summary>
    public static int MaxBytes => Base64.GetMaxEncodedToUtf8Length(Head + (8 * 2 * MaxKeys));

    /// <summary>Writes the event and says how many bytes it took.</summary>
    public int Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(into, Subject.Key);
        into[16] = Version;
        into[17] = (byte)Type;
        into[18] = (byte)Granted;
        into[19] = FromThirdParty ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(into[20..], Policy);
        into[22] = (byte)Items.Length;
        into[23] = (byte)Terms.Length;
        BinaryPrimitives.WriteInt64LittleEndian(into[24..], At);
        BinaryPrimitives.WriteUInt64LittleEndian(into[32..], Id);
        BinaryPrimitives.WriteUInt64LittleEndian(into[40..], Session);
        BinaryPrimitives.WriteUInt64LittleEndian(into[48..], Region.Code);
        BinaryPrimitives.WriteSingleLittleEndian(into[56..], Value);
        BinaryPrimitives.WriteInt32LittleEndian(into[60..], Quantity);
        BinaryPrimitives.WriteInt32LittleEndian(into[64..], DwellMs);
        var length = Head;
        foreach (var key in Items.Span) length += Put(into[length..], key);
        foreach (var key in Terms.Span) length += Put(into[length..], key);
        Base64.EncodeToUtf8InPlace(into, length, out var written);
        return written;
    }

    /// <summary>The event in a record's body; false where the body is something else.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, KeyPool keys, out StreamedEvent e)
    {
        Span<byte> bytes = stackalloc byte[Head + (8 * 2 * MaxKeys)];
        e = default;
        if (Base64.DecodeFromUtf8(body, bytes, out var used, out var length) != System.Buffers.OperationStatus.Done || used != body.Length) return false;
        if (length < Head || bytes[16] != Version || !Enum.IsDefined((EventType)bytes[17]) || bytes[18] > (byte)Purposes.All || bytes[19] > 1) return false;
        var (items, terms) = (bytes[22], bytes[23]);
        if (items > MaxKeys || terms > MaxKeys || length != Head + (8 * (items + terms))) return false;
        e = new(
            new(BinaryPrimitives.ReadUInt128LittleEndian(bytes)), (EventType)bytes[17], (Purposes)bytes[18], BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]),
            new(BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..])), BinaryPrimitives.ReadSingleLittleEndian(bytes[56..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[60..]), BinaryPrimitives.ReadInt32LittleEndian(bytes[64..]),
            keys.Take(bytes.Slice(Head, 8 * items)), keys.Take(bytes.Slice(Head + (8 * items), 8 * terms)))
        {
            FromThirdParty = bytes[19] == 1,
        };
        return float.IsFinite(e.Value) && e.At is >= 0 and <= LatestAt;
    }

    private static int Put(Span<byte> into, ulong key)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(into, key);
        return sizeof(ulong);
    }
}
