using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Personalization.Storage;

namespace Personalization.Models.Guarding;

/// <summary>Sums that every process keeps for itself and writes where all can add them up: one document for each process and trial.</summary>
public sealed class TrialSheets(IDocuments documents)
{
    public static readonly Store Store = new(
        "modeltrials", StoreKind.Documents, "training", "Sums up what became of decisions with a model on trial, so that one that does harm is taken out",
        Sensitivity.Aggregate, TimeSpan.FromDays(30), "the model on trial", SubjectKey.None);

    private const int PageSize = 100;

    private readonly string process = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>In the place of what this process wrote before.</summary>
    public async ValueTask Write(string trial, ReadOnlyMemory<byte> body, CancellationToken stop) =>
        (await documents.Put(Store, trial, process, body, Condition.None, null, stop)).Required(Store);

    /// <summary>What each process wrote.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> Read(string trial, [EnumeratorCancellation] CancellationToken stop)
    {
        for (string? next = null; ;)
        {
            var page = (await documents.List(Store, trial, next, PageSize, stop)).Required(Store);
            foreach (var document in page.Items) yield return document.Body;
            if ((next = page.Next) is null) break;
        }
    }
}
