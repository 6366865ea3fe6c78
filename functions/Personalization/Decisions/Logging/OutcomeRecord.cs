using System.Buffers.Binary;

namespace Personalization.Decisions.Logging;

/// <summary>
/// What came of a decision: an event that names it says that its person chose these items; whether they had been shown is known only once both
/// are read. Kept in the decision log, so it goes with the person, and within a day of the decision. Whether something was clicked or
/// put into the cart is not kept, nor what was bought.
/// </summary>
/// <remarks>Form; the decision's id as it is written; count of items, a byte; their keys, little-endian.</remarks>
public sealed record OutcomeRecord(DecisionId Decision, IReadOnlyList<ulong> Items)
{
    /// <summary>"Outcomes, first form": tells it from decisions.</summary>
    public const byte Form = 130;

    public const int MaxItems = 20;

    private const int Head = 2 + DecisionId.Bytes;

    public static int Bytes(int items) => Head + (sizeof(ulong) * items);

    /// <summary>Whether a record may be one.</summary>
    public static bool MayBe(ReadOnlySpan<byte> record) => record is [Form, ..];

    public static void Write(in DecisionId decision, ReadOnlySpan<ulong> items, Span<byte> into)
    {
        into[0] = Form;
        decision.Write(into[1..]);
        into[Head - 1] = (byte)items.Length;
        for (var i = 0; i < items.Length; i++) BinaryPrimitives.WriteUInt64LittleEndian(into[Bytes(i)..], items[i]);
    }

    /// <summary>Null for bytes that are none.</summary>
    public static OutcomeRecord? Read(ReadOnlySpan<byte> record)
    {
        if (!MayBe(record) || record.Length < Head || record.Length != Bytes(record[Head - 1]) || !DecisionId.TryRead(record[1..], out var decision)) return null;
        var items = new ulong[record[Head - 1]];
        for (var i = 0; i < items.Length; i++) items[i] = BinaryPrimitives.ReadUInt64LittleEndian(record[Bytes(i)..]);
        return new(decision, items);
    }
}
