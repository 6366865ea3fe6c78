using Personalization.Decisions.Candidates;

namespace Personalization.Decisions.Arranging;

/// <summary>The rankers there are without learning. A change of one is a new name: logged decisions are recomputed by it.</summary>
public static class Rankers
{
    /// <summary>What somebody is drawn to, then what goes with it, then what everybody likes.</summary>
    public static readonly Ranker Personal = new(
        "personal-1",
        [
            (Column.Model, 1.5f), (Column.Category, 1), (Column.Brand, 0.35f), (Column.Price, 0.2f), (Column.Attribute, 0.25f), (Column.Companion, 0.5f), (Column.Regional, 0.1f),
            (Column.Popular, 0.25f), (Column.Trending, 0.05f), (Column.Searched, 0.4f), (Column.Complement, 0.3f), (Column.Fresh, 0.1f), (Column.Seen, -0.3f), (Column.Purchased, -0.6f),
        ],
        [(Column.Session, 0.5f), (Column.Seen, 0.3f), (Column.SeenStrongly, 0.3f)]);

    /// <summary>What goes with the items asked about.</summary>
    public static readonly Ranker Similar = new(
        "similar-1",
        [
            (Column.Model, 0.5f), (Column.Viewed, 1), (Column.SameCategory, 0.8f), (Column.SameBrand, 0.2f), (Column.SamePrice, 0.15f), (Column.SameAttributes, 0.3f),
            (Column.Category, 0.2f), (Column.Brand, 0.1f), (Column.Popular, 0.2f), (Column.Seen, -0.1f),
        ]);

    /// <summary>What is bought with the items asked about; being alike is no merit, one tent is enough.</summary>
    public static readonly Ranker Together = new(
        "together-1",
        [(Column.Bought, 1), (Column.Viewed, 0.2f), (Column.SameCategory, 0.1f), (Column.Category, 0.2f), (Column.Popular, 0.25f), (Column.Regional, 0.1f), (Column.Purchased, -0.6f)]);

    /// <summary>What goes with this session's items, and with what holds somebody now.</summary>
    public static readonly Ranker Session = new(
        "session-1",
        [
            (Column.Model, 0.5f), (Column.Viewed, 0.8f), (Column.SameCategory, 0.5f), (Column.SameBrand, 0.2f), (Column.Session, 0.6f), (Column.Companion, 0.3f), (Column.Category, 0.2f),
            (Column.Popular, 0.2f), (Column.Seen, -0.2f),
        ]);

    /// <summary>The frontend's order, moved by what is known of the person.</summary>
    public static readonly Ranker Search = new(
        "search-1",
        [
            (Column.Relevance, 1), (Column.Model, 0.3f), (Column.Category, 0.35f), (Column.Brand, 0.25f), (Column.Price, 0.15f), (Column.Attribute, 0.15f), (Column.Popular, 0.15f),
            (Column.Regional, 0.05f), (Column.Companion, 0.15f), (Column.Named, 0.1f), (Column.Searched, 0.1f), (Column.Purchased, -0.1f),
        ],
        [(Column.Session, 0.2f), (Column.SeenStrongly, 0.2f)]);

    /// <summary>The frontend's order as it is.</summary>
    public static readonly Ranker Relevance = new("relevance-1", [(Column.Relevance, 1)]);

    /// <summary>What everybody likes, here first.</summary>
    public static readonly Ranker Popular = new("popular-1", [(Column.Popular, 1), (Column.Regional, 0.5f), (Column.Trending, 0.1f)]);

    public static readonly Ranker Trending = new("trending-1", [(Column.Trending, 1), (Column.Popular, 0.05f)]);

    /// <summary>What somebody met last.</summary>
    public static readonly Ranker Recent = new("recent-1", [(Column.Seen, 1)]);

    /// <summary>Stands for what was learned last for an engine, and orders nothing itself.</summary>
    public static readonly Ranker Learned = new("learned", []);

    private static readonly Ranker[] All = [Personal, Similar, Together, Session, Search, Relevance, Popular, Trending, Recent, Learned];

    public static IEnumerable<string> Names => All.Select(r => r.Name);

    public static Ranker? Find(string name) => Array.Find(All, r => r.Name == name);

    /// <summary>What an engine orders by where nothing else is said, and what learning starts from.</summary>
    public static Ranker Standard(DecisionEngine engine) => engine == DecisionEngine.Search ? Search : Personal;
}
