using System.Runtime.CompilerServices;
using System.Text.Json;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Consent;

/// <summary>Everybody's decisions, append-only until they are erased. What the profile remembers of them can always be had from here again.</summary>
public sealed class ConsentLedger(ILedger ledger)
{
    public static readonly Store Store = new(
        "consents", StoreKind.Ledger, "compliance", "Proves what each person agreed to and refused, when, and under which notice",
        Sensitivity.Pseudonymous, null, "the subject", SubjectKey.Partition);

    private const int PageSize = 200;

    /// <summary>A person's state, folding the rows after those <paramref name="known"/> has; begin with <see cref="ConsentState.None"/> for all.</summary>
    public async ValueTask<ConsentState> Remembered(Subject subject, ConsentState known, CancellationToken stop) =>
        (await Standing(subject, ConsentStanding.None with { State = known }, stop)).State;

    /// <summary>The same with what an answer needs, which takes all rows.</summary>
    public async ValueTask<ConsentStanding> Standing(Subject subject, ConsentStanding known, CancellationToken stop)
    {
        while (true)
        {
            var rows = (await ledger.Read(Store, subject.ToString(), known.State.Next, PageSize, stop)).Required(Store);
            foreach (var row in rows) known = known.With(row.Sequence, Stored.Read(row.Body, Stored.Default.ConsentRow));
            if (rows.Count == 0) return known;
        }
    }

    /// <summary>Every decision of a person as it was taken; null for one that cannot be read.</summary>
    public async IAsyncEnumerable<(long Sequence, ConsentRow? Row)> Rows(Subject subject, [EnumeratorCancellation] CancellationToken stop)
    {
        for (var next = 0L; ;)
        {
            var rows = (await ledger.Read(Store, subject.ToString(), next, PageSize, stop)).Required(Store);
            if (rows.Count == 0) yield break;
            foreach (var row in rows) yield return (row.Sequence, Stored.Read(row.Body, Stored.Default.ConsentRow));
            next = rows[^1].Sequence + 1;
        }
    }

    /// <summary>Takes every row of somebody who was erased.</summary>
    public async ValueTask Delete(Subject subject, CancellationToken stop) => (await ledger.Delete(Store, subject.ToString(), stop)).Required(Store);

    /// <summary>False when somebody else's row took the place.</summary>
    public async ValueTask<bool> Append(Subject subject, long at, ConsentRow row, CancellationToken stop)
    {
        var appended = await ledger.Append(Store, subject.ToString(), at, [JsonSerializer.SerializeToUtf8Bytes(row, Stored.Default.ConsentRow)], stop);
        if (appended.Status == Status.Conflict) return false;
        appended.Required(Store);
        return true;
    }
}
