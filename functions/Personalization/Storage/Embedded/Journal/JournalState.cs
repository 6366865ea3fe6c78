namespace Personalization.Storage.Embedded;

/// <summary>Everything the journal says, in memory. Which stores there are is settled when start-up ends.</summary>
internal sealed class JournalState
{
    private readonly Dictionary<string, DocumentIndex> documents = [];
    private readonly Dictionary<string, LedgerIndex> ledgers = [];

    public JournalState(IEnumerable<Store> stores)
    {
        foreach (var store in stores)
        {
            if (store.Kind == StoreKind.Documents) documents[store.Name] = new(store.Name, store);
            if (store.Kind == StoreKind.Ledger) ledgers[store.Name] = new(store.Name);
        }
    }

    /// <summary>The highest version given; every write of a document takes the next one, and none is given twice.</summary>
    public ulong Version { get; private set; }

    public IReadOnlyCollection<DocumentIndex> Documents => documents.Values;

    public IReadOnlyCollection<LedgerIndex> Ledgers => ledgers.Values;

    public long LiveBytes => documents.Values.Sum(d => d.LiveBytes) + ledgers.Values.Sum(l => l.LiveBytes);

    public ulong NextVersion() => ++Version;

    public void Reached(ulong version) => Version = Math.Max(Version, version);

    public DocumentIndex Document(Store store) =>
        store.Kind == StoreKind.Documents && documents.TryGetValue(store.Name, out var index) && (ReferenceEquals(index.Store, store) || index.Store == store)
            ? index
            : throw NotDeclared(store);

    public LedgerIndex Ledger(Store store) =>
        store.Kind == StoreKind.Ledger && ledgers.TryGetValue(store.Name, out var index) ? index : throw NotDeclared(store);

    /// <summary>For replay, by the name on disk. What is no longer declared is carried along, never dropped in silence.</summary>
    public DocumentIndex DocumentsNamed(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[name.Length];
        for (var i = 0; i < name.Length; i++) text[i] = (char)name[i];
        if (documents.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var index)) return index;
        return documents[text.ToString()] = new(text.ToString(), null);
    }

    /// <summary>A store of the engine's own, whose name no declared store can have.</summary>
    public DocumentIndex Internal(string name) =>
        documents.TryGetValue(name, out var index) ? index : documents[name] = new(name, null);

    public LedgerIndex LedgerNamed(string name) =>
        ledgers.TryGetValue(name, out var index) ? index : ledgers[name] = new(name);

    private static InvalidOperationException NotDeclared(Store store) =>
        new($"'{store.Name}' is not a declared store of this kind; add it to the store registry.");
}
