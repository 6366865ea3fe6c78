using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>What activity windows count apart. Purchases are not among them: how often someone buys is in the vault alone.</summary>
public enum Activity : byte { View, Click, Dwell, AddToCart, RemoveFromCart, Rate, Search }

/// <summary>
/// The feature "activity": how often someone did what in the last 1, 7 and 30 days. Counted by UTC day, so a window holds
/// today and the whole days before it: "7 days" is between 6 and 7 times 24 hours.
/// </summary>
public sealed class ActivityWindows : IFeature
{
    public const int Days = 30;

    private const uint SecondsPerDay = 86_400;
    private const int Kinds = 7;

    /// <summary>Where it comes from, and when that was.</summary>
    private const int Head = Origin.Bytes + sizeof(uint);

    /// <summary>A day's number and a count of each kind, as 16-bit numbers.</summary>
    private const int Width = Kinds + 1;

    public static readonly FeatureDefinition Declared = new(
        6, "activity", "profiles", "How often someone did what in the last 1, 7 and 30 days", TimeSpan.FromSeconds(2),
        Purposes.Personalization, Sensitivity.Pseudonymous, TimeSpan.FromDays(Days), Head + (Days * Width * sizeof(ushort)), FeaturePlace.Profile,
        EventType.View, EventType.Click, EventType.Dwell, EventType.AddToCart, EventType.RemoveFromCart, EventType.Rate, EventType.Search);

    /// <summary>What a count is called.</summary>
    private static readonly string[] Names = ["views", "clicks", "dwells", "put in the cart", "taken out of the cart", "ratings", "searches"];

    // Newest day last.
    private readonly ushort[] cells = new ushort[Days * Width];
    private int count;
    private Origin origin;
    private uint changed;

    public FeatureDefinition Definition => Declared;

    public void Apply(FeatureInput e)
    {
        if (KindOf(e.Event.Type) is not { } kind) return;
        if (Find((ushort)(e.At / SecondsPerDay)) is not { } day) return;
        ref var cell = ref cells[(day * Width) + 1 + (int)kind];
        if (cell == ushort.MaxValue) return;
        cell++;
        (origin, changed) = (e.Origin, e.At);
    }

    public void Join(IFeature other)
    {
        var more = (ActivityWindows)other;
        if (more.changed > changed) (origin, changed) = (more.origin, more.changed);
        for (var d = 0; d < more.count; d++)
        {
            if (Find(more.cells[d * Width]) is not { } day) continue;
            for (var k = 1; k < Width; k++)
            {
                ref var cell = ref cells[(day * Width) + k];
                cell = (ushort)Math.Min(cell + more.cells[(d * Width) + k], ushort.MaxValue);
            }
        }
    }

    public IEnumerable<FeatureAttribute> Attributes(uint now)
    {
        for (var kind = (Activity)0; (int)kind < Kinds; kind++)
            if (Times(kind, Days, now) is > 0 and var times) yield return new(Names[(int)kind], KeyKind.None, 0, times, changed, origin);
    }

    public void Expire(uint now)
    {
        var today = now / SecondsPerDay;
        var gone = 0;
        while (gone < count && cells[gone * Width] + Days <= today) gone++;
        Drop(gone);
    }

    public void Clear() => (count, origin, changed) = (0, default, 0);

    public bool Read(ReadOnlySpan<byte> section)
    {
        const int Bytes = Width * sizeof(ushort);
        Clear();
        if (section.IsEmpty) return true;
        if (section.Length < Head || (section.Length - Head) % Bytes != 0 || section.Length > Head + (Days * Bytes)) return false;
        (origin, changed) = (Origin.Read(section), BinaryPrimitives.ReadUInt32LittleEndian(section[Origin.Bytes..]));
        count = (section.Length - Head) / Bytes;
        section[Head..].CopyTo(MemoryMarshal.AsBytes(cells.AsSpan()));
        return true;
    }

    public int Write(Span<byte> into)
    {
        if (count == 0) return 0;
        origin.Write(into);
        BinaryPrimitives.WriteUInt32LittleEndian(into[Origin.Bytes..], changed);
        var written = MemoryMarshal.AsBytes(cells.AsSpan(0, count * Width));
        written.CopyTo(into[Head..]);
        return Head + written.Length;
    }

    /// <summary>How often in the last so many days, today included.</summary>
    public int Times(Activity kind, int days, uint now)
    {
        var (sum, today) = (0, now / SecondsPerDay);
        for (var i = 0; i < count; i++)
            if (cells[i * Width] + Math.Min(days, Days) > today) sum += cells[(i * Width) + 1 + (int)kind];
        return sum;
    }

    private static Activity? KindOf(EventType type) => type switch
    {
        EventType.View => Activity.View,
        EventType.Click => Activity.Click,
        EventType.Dwell => Activity.Dwell,
        EventType.AddToCart => Activity.AddToCart,
        EventType.RemoveFromCart => Activity.RemoveFromCart,
        EventType.Rate => Activity.Rate,
        EventType.Search => Activity.Search,
        _ => null,
    };

    /// <summary>The row of a day, made if there is none; null for a day older than all there is room for.</summary>
    private int? Find(ushort day)
    {
        var place = count;
        while (place > 0 && cells[(place - 1) * Width] > day) place--;
        if (place > 0 && cells[(place - 1) * Width] == day) return place - 1;
        if (count == Days)
        {
            if (place == 0) return null;
            Drop(1);
            place--;
        }

        cells.AsSpan(place * Width, (count - place) * Width).CopyTo(cells.AsSpan((place + 1) * Width));
        cells.AsSpan(place * Width, Width).Clear();
        cells[place * Width] = day;
        count++;
        return place;
    }

    private void Drop(int oldest)
    {
        if (oldest == 0) return;
        cells.AsSpan(oldest * Width, (count - oldest) * Width).CopyTo(cells);
        count -= oldest;
    }
}
