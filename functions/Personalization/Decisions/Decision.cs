using Personalization.Decisions.Answering;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Models;
using Personalization.Rules;

namespace Personalization.Decisions;

/// <summary>
/// A decision from question to answer: who asks for what, what there was to choose from, and what was chosen. One object
/// serves one request after the other, so that none costs memory.
/// </summary>
public sealed class Decision
{
    public const int MaxSlots = AskReader.MaxSlots;

    public Ask Ask { get; } = new();

    public Pool Pool { get; } = new();

    public Hints Hints { get; } = new();

    public Arranger Arranger { get; } = new();

    /// <summary>Items that are not to be shown, and those that are in the pool already.</summary>
    public KeyTable<bool> Known { get; } = new();

    /// <summary>The request's body; ids of candidates stand in it.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    public DecisionEngine Engine { get; set; }

    public DecisionId Id { get; set; }

    /// <summary>What the frontend gets.</summary>
    public Utf8Text Answer { get; } = new();

    /// <summary>What the log gets.</summary>
    public Utf8Text Record { get; } = new();

    public DateTimeOffset At { get; set; }

    /// <summary>Drawn by chance for somebody who is not known.</summary>
    public Subject Subject { get; set; }

    public FoundPerson Person { get; set; }

    public Shelf Shelf { get; set; } = Shelf.Empty;

    /// <summary>The learned model that serves, and what it says of items for this person; nothing where the answer is made for many.</summary>
    public Serving Model { get; set; } = Serving.None;

    public Taste Taste { get; } = new();

    public Tier Tier { get; set; }

    /// <summary>Why that much was done, and no less or more.</summary>
    public TierReason Why { get; set; }

    public Fallback Fallback { get; set; }

    /// <summary>Whether something that should have been read was not.</summary>
    public bool Degraded { get; set; }

    /// <summary>Whether the person is one of those who get what is not personal, so that it can be told what personalization brings.</summary>
    public bool HeldOut { get; set; }

    /// <summary>Which ranker a variant of an experiment says, or was learned where that is to be used; null for the configured one.</summary>
    public Ranker? Ranker { get; set; }

    /// <summary>The rankers that were learned.</summary>
    public LearnedRankers Learned { get; set; } = LearnedRankers.None;

    public Assignment Assignment { get; } = new();

    public bool Buying { get; set; }

    public Exploration Explore { get; set; }

    public DecisionVersions Versions { get; set; } = DecisionVersions.None;

    /// <summary>The variants of experiments that it was made with.</summary>
    public List<Arm> Arms { get; } = [];

    /// <summary>Named where an engine chose one.</summary>
    public string? Layout { get; set; }

    /// <summary>The segments the person is in, by which rules name them.</summary>
    public List<ulong> Segments { get; } = [];

    public int SlotCount { get; private set; }

    public Span<Slot> Slots => slots.AsSpan(0, SlotCount);

    /// <summary>Rules that hold for this decision, by their numbers in the version there is, and what they do.</summary>
    public Span<ushort> Active => active.AsSpan(0, RuleCount);

    public Span<Effect> Effects => effects.AsSpan(0, RuleCount);

    public int RuleCount { get; private set; }

    /// <summary>The rules of the version in force.</summary>
    public CompiledRules Rules { get; set; } = CompiledRules.None;

    public IReadOnlyList<Placement> Placed => Arranger.Placed;

    private readonly Slot[] slots = new Slot[MaxSlots];
    private readonly ushort[] active = new ushort[CompiledRules.MaxActive];
    private ulong[] categories = new ulong[256];
    private readonly Effect[] effects = new Effect[CompiledRules.MaxActive];

    public void Clear()
    {
        Ask.Clear();
        Begin();
    }

    /// <summary>Forgets all but the question.</summary>
    public void Begin()
    {
        Pool.Clear();
        Known.Clear();
        Arms.Clear();
        Segments.Clear();
        Taste.Clear();
        (Ranker, Learned, Model) = (null, LearnedRankers.None, Serving.None);
        (SlotCount, RuleCount, Layout, Explore, Fallback, Tier, Degraded, HeldOut, Buying) = (0, 0, null, default, Fallback.None, Tier.Macro, false, false, false);
        (Why, Person, Versions, Rules) = (TierReason.InPlace, default, DecisionVersions.None, CompiledRules.None);
    }

    /// <summary>What waits for its next use does not keep in memory what is over by then: a question, a catalogue, rules, a model.</summary>
    public void Release()
    {
        Ask.Clear();
        Taste.Clear();
        (Ranker, Learned) = (null, LearnedRankers.None);
        (Shelf, Model, Rules) = (Shelf.Empty, Serving.None, CompiledRules.None);
    }

    /// <summary>One more rule that holds; one for which there is no room is passed over.</summary>
    public void Add(ushort rule, in Effect effect)
    {
        if (RuleCount < CompiledRules.MaxActive) (active[RuleCount], effects[RuleCount++]) = (rule, effect);
    }

    /// <summary>Room for a key of each candidate's category.</summary>
    internal Span<ulong> Categories(int count)
    {
        if (categories.Length < count) categories = new ulong[count];
        return categories.AsSpan(0, count);
    }

    public void Add(in Slot slot) => slots[SlotCount++] = slot;

    /// <summary>What there is to choose from for the one person.</summary>
    public void Gather(IDecisionEngine engine)
    {
        if (Hints.Profile is { } profile) Taste.Begin(Model.Model, profile.Recent, Hints.Now);
        engine.Gather(this);
    }

    public void Arrange(ulong seed) => Arranger.Arrange(Pool, Slots, Effects, Buying, Explore, seed);
}

/// <summary>A variant of an experiment.</summary>
public readonly record struct Arm(string Experiment, int Variant);

/// <summary>Which artefacts had a say; "none" where there was none.</summary>
public sealed record DecisionVersions(string Model, string Rules, string Experiments)
{
    /// <summary>Of the columns a decision is made of.</summary>
    public const string FeatureSet = "2";

    public static readonly DecisionVersions None = new("none", "none", "none");

    private static volatile DecisionVersions last = None;

    /// <summary>The same object for one decision after the other, as long as nothing is published.</summary>
    public static DecisionVersions Of(string model, string rules, string experiments)
    {
        var known = last;
        return known.Model == model && known.Rules == rules && known.Experiments == experiments ? known : last = new(model, rules, experiments);
    }
}

/// <summary>How much was done for this one answer: a list made for many, one made for people alike, or one made for the person.</summary>
public enum Tier : byte { Macro, Micro, Singleton }

/// <summary>Why an answer is of its tier.</summary>
public enum TierReason : byte
{
    /// <summary>A question of one's own is scored for itself: a search, items asked about.</summary>
    InPlace,

    /// <summary>Nothing is known, or nothing may be used.</summary>
    NothingPersonal,

    /// <summary>Too little is known for any list but everybody's.</summary>
    LittleKnown,

    /// <summary>A list for people alike is expected to be as good.</summary>
    LowValue,

    /// <summary>Scoring for the one person would be better, but the process is busy.</summary>
    Busy,

    /// <summary>The same, but there is no place until the window turns or one is free.</summary>
    Queued,

    /// <summary>Scoring for the one person is expected to be worth it.</summary>
    HighValue,
}

/// <summary>Why an answer is not, or less, personal than it could be.</summary>
public enum Fallback : byte { None, UnknownPerson, NoAffinity, NoConsent, ProfileUnavailable, EmptyCatalogue, HeldOut, NothingMatches, ModelUnavailable }

/// <summary>The same as they are written.</summary>
public static class DecisionNames
{
    private static readonly string[] Tiers = ["macro", "micro", "singleton"];
    private static readonly string[] TierReasons = ["in-place", "nothing-personal", "little-known", "low-value", "busy", "queued", "high-value"];
    private static readonly string?[] Fallbacks = [null, "unknown-person", "no-affinity", "no-consent", "profile-unavailable", "empty-catalogue", "holdout", "nothing-matches", "model-unavailable"];
    private static readonly string[] Engines = ["homepage", "search", "recommendations", "messages"];

    public static string Of(Tier tier) => Tiers[(int)tier];

    public static string Of(TierReason why) => TierReasons[(int)why];

    public static string? Of(Fallback fallback) => Fallbacks[(int)fallback];

    public static string Of(DecisionEngine engine) => Engines[(int)engine];
}
