using System.Buffers.Binary;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>
/// The feature "session intent": what someone is about right now. A session ends with another session's name or after
/// 30 minutes of silence. Reads as the signals <c>high_intent</c> and <c>interested_in:&lt;category&gt;</c>.
/// </summary>
public sealed class SessionIntent : IFeature
{
    public static readonly TimeSpan Gap = TimeSpan.FromMinutes(30);

    private const uint GapSeconds = 1800;
    private const int Categories = 4;
    private const int Fixed = 20;
    private const int Head = Fixed + Origin.Bytes;

    /// <summary>A cart speaks for itself; without one it takes as many steps as browsing at random seldom has.</summary>
    private const int ManySteps = 10;

    /// <summary>What makes a category an interest: one thing put in the cart, or three looked at.</summary>
    private const float Interest = 3;

    public static readonly FeatureDefinition Declared = new(
        7, "session-intent", "profiles", "Whether someone is about to buy, and which category holds them now", TimeSpan.FromSeconds(2),
        Purposes.Personalization, Sensitivity.Pseudonymous, Gap, Head + (Categories * WeightedKeys.EntryBytes), FeaturePlace.Profile,
        EventType.View, EventType.Click, EventType.Dwell, EventType.AddToCart, EventType.RemoveFromCart, EventType.Rate, EventType.Search);

    private readonly WeightedKeys categories = new(Categories);
    private ulong session;
    private uint started, last;
    private ushort steps, carts;
    private Origin origin;

    public FeatureDefinition Definition => Declared;

    /// <summary>When it began, in Unix seconds; 0 where there is none.</summary>
    public uint Started => started;

    public void Apply(FeatureInput e)
    {
        // What is bought is in the vault; what was shown is nobody's doing.
        if (e.Event.Type is EventType.Impression or EventType.Custom) return;
        if ((ulong)e.At + GapSeconds < last) return;
        if (IsOver(e.At) || (e.Event.Session != 0 && session != 0 && e.Event.Session != session)) Clear();
        if (e.Event.Session != 0) session = e.Event.Session;
        if (started == 0 || e.At < started) started = e.At;
        last = Math.Max(last, e.At);
        origin = e.Origin;
        if (steps < ushort.MaxValue) steps++;
        if (e.Event.Type == EventType.AddToCart && carts < ushort.MaxValue) carts++;
        if (e.Event.Type == EventType.RemoveFromCart && carts > 0) carts--;
        if (e.Weight == 0) return;
        foreach (var item in e.Items)
            if (item is not null) categories.Add(item.Category.Key, e.Weight, e.At, float.PositiveInfinity, e.Origin);
    }

    /// <summary>One person has one intent now: that of the session they were in last.</summary>
    public void Join(IFeature other)
    {
        var more = (SessionIntent)other;
        if (more.started == 0 || (started != 0 && more.last <= last)) return;
        Clear();
        (session, started, last, steps, carts, origin) = (more.session, more.started, more.last, more.steps, more.carts, more.origin);
        categories.Join(more.categories, float.PositiveInfinity);
    }

    public IEnumerable<FeatureAttribute> Attributes(uint now)
    {
        if (IsOver(now)) yield break;
        yield return new("steps", KeyKind.None, 0, steps, last, origin);
        yield return new("in the cart", KeyKind.None, 0, carts, last, origin);
        foreach (var category in categories.Attributes("weight", KeyKind.Term, now, float.PositiveInfinity, uint.MaxValue)) yield return category;
    }

    public void Expire(uint now)
    {
        if (IsOver(now)) Clear();
    }

    public void Clear()
    {
        categories.Clear();
        (session, started, last, steps, carts, origin) = (0, 0, 0, 0, 0, default);
    }

    public bool Read(ReadOnlySpan<byte> section)
    {
        Clear();
        if (section.IsEmpty) return true;
        if (section.Length < Head) return false;
        session = BinaryPrimitives.ReadUInt64LittleEndian(section);
        started = BinaryPrimitives.ReadUInt32LittleEndian(section[8..]);
        last = BinaryPrimitives.ReadUInt32LittleEndian(section[12..]);
        steps = BinaryPrimitives.ReadUInt16LittleEndian(section[16..]);
        carts = BinaryPrimitives.ReadUInt16LittleEndian(section[18..]);
        origin = Origin.Read(section[Fixed..]);
        return categories.Read(section[Head..]);
    }

    public int Write(Span<byte> into)
    {
        if (started == 0) return 0;
        BinaryPrimitives.WriteUInt64LittleEndian(into, session);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], started);
        BinaryPrimitives.WriteUInt32LittleEndian(into[12..], last);
        BinaryPrimitives.WriteUInt16LittleEndian(into[16..], steps);
        BinaryPrimitives.WriteUInt16LittleEndian(into[18..], carts);
        origin.Write(into[Fixed..]);
        return Head + categories.Write(into[Head..]);
    }

    /// <summary>The signal <c>high_intent</c>.</summary>
    public bool HighIntent(uint now) => !IsOver(now) && (carts > 0 || steps >= ManySteps);

    /// <summary>The category of the signal <c>interested_in</c>; the default where nothing stands out.</summary>
    public Term InterestedIn(uint now)
    {
        var (strongest, most) = (default(Term), 0f);
        if (IsOver(now)) return default;
        for (var i = 0; i < categories.Count; i++)
            if (categories.Weights[i] >= Interest && categories.Weights[i] > most) (strongest, most) = (new(categories.Keys[i]), categories.Weights[i]);
        return strongest;
    }

    /// <summary>Both signals as they are named outside.</summary>
    public IEnumerable<string> Signals(uint now, CatalogueTerms terms)
    {
        if (HighIntent(now)) yield return "high_intent";
        if (InterestedIn(now) is { Key: not 0 } category && terms.NameOf(category) is { } name) yield return $"interested_in:{name.Name}";
    }

    private bool IsOver(uint now) => started == 0 || (ulong)last + GapSeconds <= now;
}
