using System.Globalization;
using System.Security.Cryptography;
using Personalization.Audit;
using Personalization.Consent.Signals;
using Personalization.Identity;
using Personalization.Identity.Whole;
using Personalization.Profiles;
using Personalization.Storage;
using Personalization.Training;

namespace Personalization.Consent;

/// <summary>
/// Takes decisions and tells where somebody stands. A decision is told to the audit log before it is in the ledger, and is in
/// the ledger before anything acts on it; the profile follows, and where it could not, the next call here brings it up to date.
/// </summary>
public sealed class ConsentDesk(ConsentLedger ledger, ProfileConsent profile, People people, ConsentPolicy policy, TcfOptions tcf, TimeProvider time, AuditLog audit, Exclusions exclusions, WholePersons persons)
{
    // Whoever loses a place lost it to one who is done, so as many at once as there are attempts all succeed.
    public const int Attempts = 8;

    private const int MaxPause = 500;

    /// <param name="request">Without fault.</param>
    /// <param name="gpc">What the request's headers say.</param>
    /// <param name="stop">Gives up waiting.</param>
    public async ValueTask<ConsentAnswer> Put(ConsentRequest request, Vote gpc, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            // A no has to be remembered as well as a yes, so whoever decides is met, new or not.
            var person = await people.Meet(request.User, request.Visitor, stop);
            if (!await profile.IsErased(person.Subject, stop) && await Put(person, request, gpc, stop) is { } answer) return answer;
            // Erased since they were last seen here: who comes by their name now is somebody new.
            people.Forget(person.Subject);
            await ledger.Delete(person.Subject, stop);
            await Backoff.Pause(attempt, Profile.Store, time, stop);
        }
    }

    // Null where they were erased meanwhile.
    private async ValueTask<ConsentAnswer?> Put(Pseudonym person, ConsentRequest request, Vote gpc, CancellationToken stop)
    {
        var (subject, standing) = (person.Subject, ConsentStanding.None);
        var said = RowOf(request, gpc, time.GetUtcNow());
        await audit.Append(FactOf(subject, said), stop);
        var change = await Begin(subject, said, stop);
        DateTimeOffset? excludedBy = change.ExcludedBy;
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            standing = await ledger.Standing(subject, standing, stop);
            var row = RowOf(request, gpc, time.GetUtcNow());
            // Before it is stored: a model nobody needed does less harm than one nobody replaces.
            if (excludedBy is null && Trains(standing) && !Trains(standing.With(standing.State.Next, row))) excludedBy = await exclusions.Schedule(stop);
            if (await ledger.Append(subject, standing.State.Next, row, stop))
            {
                standing = standing.With(standing.State.Next, row);
                if (!await Remember(subject, standing, stop)) return null;
                return (await Settled(subject, standing, change.Name, stop)) with { Visitor = person.Token, ExcludedFromTrainingBy = excludedBy };
            }

            // Somebody else's row came first. Once is chance; after that, stand back for a while of no fixed length.
            if (attempt > 1) await Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(1, Math.Min(10 << attempt, MaxPause))), time, stop);
        }

        throw new StoreUnavailableException(ConsentLedger.Store.Name, Status.Conflict);
    }

    public async ValueTask<ConsentAnswer> Get(string? user, string? visitor, Region region, CancellationToken stop)
    {
        if (await people.Find(user, visitor, stop) is not { } subject) return ConsentAnswer.Of(ConsentStanding.None, region, policy);
        var standing = await ledger.Standing(subject, ConsentStanding.None, stop);
        if (standing.State.Next > 0 && (await profile.Read(subject, stop)).Next < standing.State.Next) await Remember(subject, standing, stop);
        var whole = await persons.Healed(subject, stop);
        // What a crash left: a change that nobody ended, or a decision the others were not told of.
        if (whole is { IsSettled: true } && whole.Kept(subject) == (Purposes.All & ~standing.State.Vote.Denied)) return ConsentAnswer.Of(standing, region, policy, whole);
        if (whole is not null) await persons.Settle([subject], null, stop);
        return ConsentAnswer.Of(standing, region, policy, whole is null ? null : await persons.Find(subject, stop));
    }

    /// <summary>What the others of one person are told before anything is decided. Whoever is known as one subject has nobody to tell.</summary>
    private async ValueTask<(string? Name, DateTimeOffset? ExcludedBy)> Begin(Subject subject, ConsentRow row, CancellationToken stop)
    {
        if (await persons.Healed(subject, stop) is not { } whole) return default;
        var (name, denied) = ($"consent {RandomNumberGenerator.GetHexString(16, lowercase: true)}", PurposeNames.Parse(row.Denied) ?? Purposes.All);
        await persons.Begin([subject], name, denied, stop);
        // One member's refusal is the person's: what was learnt of the others has to go as well.
        return (name, denied.Cover(Purposes.Training) && whole.SomeAllow(Purposes.Training, policy) ? await exclusions.Schedule(stop) : null);
    }

    // Looked for again: whoever was joined since has to know as well.
    private async ValueTask<ConsentAnswer> Settled(Subject subject, ConsentStanding standing, string? change, CancellationToken stop)
    {
        var isWhole = change is not null || await persons.Healed(subject, stop) is not null;
        if (isWhole) await persons.Settle([subject], change, stop);
        return ConsentAnswer.Of(standing, Region.Unknown, policy, isWhole ? await persons.Find(subject, stop) : null);
    }

    /// <summary>Whether somebody, as a whole, allows a purpose, by what they said here or by what holds where they are.</summary>
    public async ValueTask<bool> Allows(string? user, string? visitor, Purposes purpose, CancellationToken stop)
    {
        var subject = await people.Find(user, visitor, stop);
        if (subject is { } known && await persons.Healed(known, stop) is { } whole) return whole.Allowed(policy).Cover(purpose);
        var standing = subject is { } one ? await ledger.Standing(one, ConsentStanding.None, stop) : ConsentStanding.None;
        return standing.State.Vote.Over(policy.Standard(standing.Region)).Cover(purpose);
    }

    private bool Trains(ConsentStanding standing) => standing.State.Vote.Over(policy.Standard(standing.Region)).Cover(Purposes.Training);

    private ValueTask<bool> Remember(Subject subject, ConsentStanding standing, CancellationToken stop) =>
        profile.Write(subject, standing.State, standing.State.Vote.Over(policy.Standard(standing.Region)), stop);

    private ConsentRow RowOf(ConsentRequest request, Vote gpc, DateTimeOffset now)
    {
        var own = request.Purposes?.Choices() ?? Vote.Silent;
        var (fromTcf, fromGpp) = (SignalText.Tcf(request.Tcf, tcf, now), SignalText.Gpp(request.Gpp, tcf, now));
        var all = own + gpc + fromTcf + fromGpp;
        var granted = all.Granted & ~all.Denied;
        // A no of their own stands by itself, and so does a yes that nothing overrules.
        var theirs = own.Denied | (own.Granted & granted);
        string[] signals = [.. Took("gpc", gpc), .. Took("tcf", fromTcf), .. Took("gpp", fromGpp)];
        return new(now, request.Source!, request.NoticeVersion!, policy.Version, request.Region?.ToUpperInvariant(),
            PurposeNames.Of(granted), PurposeNames.Of(all.Denied), signals, PurposeNames.Of((granted | all.Denied) & ~theirs));
    }

    // What somebody chose is theirs; that they chose, and under which policy, is everybody's to check.
    private static AuditFact FactOf(Subject subject, ConsentRow row) => new(
        AuditTypes.ConsentChanged, subject,
        new Dictionary<string, string>(StringComparer.Ordinal) { ["policyVersion"] = row.PolicyVersion.ToString(CultureInfo.InvariantCulture) },
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["granted"] = string.Join(' ', row.Granted), ["denied"] = string.Join(' ', row.Denied), ["signals"] = string.Join(' ', row.Signals),
            ["source"] = row.Source, ["noticeVersion"] = row.NoticeVersion, ["region"] = row.Region ?? "",
        });

    private static IEnumerable<string> Took(string name, Vote vote) => vote == Vote.Silent ? [] : [name];
}
