using Personalization.Identity;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Messages.Caps;

/// <summary>Everybody who is one person with a subject, itself among them; in order.</summary>
public delegate ValueTask<IReadOnlyList<Subject>> MembersOf(Subject subject, CancellationToken stop);

/// <summary>
/// Brings the showings of a person's sides into one document when they turn out to be one, and back when they are not. Every
/// step may be done again, by anybody, at once with others.
/// </summary>
/// <remarks>
/// Why no showing is overlooked: a side joins by two writes, first its own document gives it away, then the home takes what was in
/// there, so whoever still counts in the old one is overtaken by the first write and looks again. It leaves by three: the home lets
/// go, the side has what the home knew, the home forgets it. Each is made on condition that its document is as it was read, and
/// who is who is asked after the home was read: whoever changes that settles it here afterwards, which overtakes what was decided before.
/// </remarks>
public sealed class CapHomes(CapSheets sheets, Tombstones tombstones, MembersOf membersOf, TimeProvider time)
{
    /// <summary>Returns when the document of the person's smallest subject is the home of all of them and of nobody else.</summary>
    public async ValueTask Settle(Subject subject, CancellationToken stop)
    {
        for (var attempt = 1; !await TrySettle(subject, stop); attempt++) await Backoff.Pause(attempt, CapSheets.Store, time, stop);
    }

    /// <summary>The same after somebody was parted: whoever still takes them for one, and is about to bring them together, is overtaken.</summary>
    public async ValueTask Part(Subject subject, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            await Settle(subject, stop);
            var members = await membersOf(subject, stop);
            var own = await sheets.Read(members[0], stop);
            // Written as it is; that it was written is what counts.
            if (own.Sheet.IsHomeOf(members) && await sheets.Write(members[0], own.Sheet, own.Unchanged, stop)) return;
            await Backoff.Pause(attempt, CapSheets.Store, time, stop);
        }
    }

    private async ValueTask<bool> TrySettle(Subject subject, CancellationToken stop)
    {
        while (true)
        {
            var members = await membersOf(subject, stop);
            var own = await sheets.Read(members[0], stop);
            if (!members.SequenceEqual(await membersOf(subject, stop))) continue;
            if (own.Sheet.IsHomeOf(members)) return true;
            if (own.Sheet.Home is { } home)
            {
                if (!await Leave(members[0], home, stop)) return false;
            }
            else if (own.Sheet.Strangers(members) is { Count: > 0 } strangers)
            {
                if (!await Leave(strangers[0], members[0], stop)) return false;
            }
            else return await Join(members, own, stop);
        }
    }

    private async ValueTask<bool> Join(IReadOnlyList<Subject> members, ReadSheet own, CancellationToken stop)
    {
        var joined = own.Sheet;
        foreach (var side in members.Skip(1).Where(m => !own.Sheet.Joined.Contains(m)))
        {
            if (await GiveAway(side, members[0], stop) is not { } given) return false;
            joined = joined.Knowing(side, given) with { Joined = [.. joined.Joined, side] };
        }

        return await sheets.Write(members[0], joined.Pruned(time.GetUtcNow()), own.Unchanged, stop);
    }

    /// <summary>From here on nobody counts in the document of this side. Null where somebody was faster.</summary>
    private async ValueTask<CapSheet?> GiveAway(Subject side, Subject home, CancellationToken stop)
    {
        var read = await sheets.Read(side, stop);
        if (read.Sheet.Home == home) return read.Sheet;
        if (read.Sheet.Home is { } other)
        {
            await Leave(side, other, stop);
            return null;
        }

        if (read.Sheet.Strangers([side]) is { Count: > 0 } others)
        {
            await Leave(others[0], side, stop);
            return null;
        }

        return await sheets.Write(side, read.Sheet with { Home = home }, read.Unchanged, stop) ? read.Sheet : null;
    }

    /// <summary>Makes a side's own document its home again.</summary>
    private async ValueTask<bool> Leave(Subject side, Subject home, CancellationToken stop)
    {
        var old = await sheets.Read(home, stop);
        // Written also where nothing changes, which overtakes whoever is about to take it in.
        var letGo = old.Sheet with { Joined = [.. old.Sheet.Joined.Where(j => j != side)] };
        if (!await sheets.Write(home, letGo, old.Unchanged, stop)) return false;
        // Who was erased meanwhile must not come back.
        if (!await tombstones.Stands(side, stop))
        {
            var own = await sheets.Read(side, stop);
            var known = own.Sheet.Knowing(side, letGo);
            if (!await sheets.Write(side, own.Sheet.Home == home ? known with { Home = null } : known, own.Unchanged, stop)) return false;
        }

        old = await sheets.Read(home, stop);
        return old.Sheet.Joined.Contains(side) || await sheets.Write(home, old.Sheet.Without(side), old.Unchanged, stop);
    }
}
