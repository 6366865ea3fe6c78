using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Messages.Caps;

/// <summary>Changes what was shown to a person, all of whose sides are counted in one document: two devices at once meet there.</summary>
public sealed class CapBook(CapSheets sheets, CapHomes homes, MembersOf membersOf, TimeProvider time)
{
    /// <param name="subject">One of the person's.</param>
    /// <param name="fold">The new sheet for these members and what there is, or null to leave it; may be asked several times.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="StoreUnavailableException">It could not be done; whether it was nobody knows.</exception>
    public async ValueTask Update(Subject subject, Func<IReadOnlyList<Subject>, CapSheet, CapSheet?> fold, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var members = await membersOf(subject, stop);
            var read = await sheets.Read(members[0], stop);
            if (!read.Sheet.IsHomeOf(members))
            {
                await homes.Settle(subject, stop);
            }
            else
            {
                if (fold(members, read.Sheet) is not { } changed) return;
                if (await sheets.Write(members[0], changed.Pruned(time.GetUtcNow()), read.Unchanged, stop)) return;
            }

            await Backoff.Pause(attempt, CapSheets.Store, time, stop);
        }
    }
}
