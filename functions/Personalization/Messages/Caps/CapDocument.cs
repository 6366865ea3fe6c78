using System.Text.Json;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;

namespace Personalization.Messages.Caps;

/// <summary>A sheet as it is stored.</summary>
internal sealed record CapDocument(string? Home, IReadOnlyList<string> Joined, IReadOnlyList<CapDocument.Count> Counts, IReadOnlyList<CapDocument.Promise> Promises)
{
    internal sealed record Count(string Side, ulong Cap, uint Window, int Shown);

    internal sealed record Promise(ulong Decision, byte Slot, string Side, IReadOnlyList<CapPlace> Places, long Until, ReservationState State);

    public static byte[] Body(CapSheet sheet) => JsonSerializer.SerializeToUtf8Bytes(
        new CapDocument(
            sheet.Home?.ToString(), [.. sheet.Joined.Select(j => j.ToString())],
            [.. sheet.Counts.Counts.OrderBy(c => (c.Key.Side.Key, c.Key.Cap, c.Key.Window)).Select(c => new Count(c.Key.Side.ToString(), c.Key.Cap, c.Key.Window, c.Value))],
            [.. sheet.Reservations.Values.OrderBy(r => (r.Key.Decision, r.Key.Slot)).Select(r => new Promise(r.Key.Decision, r.Key.Slot, r.Side.ToString(), r.Places, r.Until, r.State))]),
        Stored.Default.CapDocument);

    /// <summary>Null for a body that is none: nobody knows how much room there is.</summary>
    public static CapSheet? Read(ReadOnlyMemory<byte> body)
    {
        if (Stored.Read(body, Stored.Default.CapDocument) is not { Joined: not null, Counts: not null, Promises: not null } read) return null;
        try
        {
            return new(
                read.Home is { } home ? Side(home) : null, [.. read.Joined.Select(Side)],
                new(read.Counts.ToDictionary(c => new CapKey(Side(c.Side), c.Cap, c.Window), c => c.Shown)),
                read.Promises.ToDictionary(p => new ShowingKey(p.Decision, p.Slot), p => new Reservation(new(p.Decision, p.Slot), Side(p.Side), p.Places ?? throw new FormatException(), p.Until, p.State)));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NullReferenceException) { return null; }
    }

    private static Subject Side(string text) => SubjectText.TryParse(text, out var side) ? side : throw new FormatException();
}
