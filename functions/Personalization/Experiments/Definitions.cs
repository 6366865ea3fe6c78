using Personalization.Storage;

namespace Personalization.Experiments;

/// <summary>What every name stands for that was ever published.</summary>
public sealed class Definitions(IDocuments documents)
{
    /// <summary>Takes the names of a set that is about to be published; a set that is refused, or too large to be published, takes none.</summary>
    /// <returns>What is wrong with the set that only what was published before can tell.</returns>
    public async ValueTask<(string Field, string Reason)?> Take(ExperimentSet set, CancellationToken stop)
    {
        // All names are looked at before any is taken.
        foreach (var (name, field, meaning) in Definition.Of(set))
            if (await Definition.Find(documents, name, stop) is { } known && meaning.Against(field, known) is { } fault) return fault;
        if (set.Body().Length > Document.MaxBytes) return null;
        // Before it is in force: of two who publish one name with different meanings at once, one is refused.
        foreach (var (name, field, meaning) in Definition.Of(set))
            if (meaning.Against(field, await meaning.Keep(documents, name, stop)) is { } taken) return taken;
        return null;
    }
}
