using System.Security.Cryptography;
using System.Text;
using Personalization.Storage;

namespace Personalization.Identity;

/// <summary>Who is behind an identifier. Raw identifiers come in here and go no further.</summary>
public sealed class People(Salts salts, Aliases aliases, TimeProvider time)
{
    private readonly PseudonymCache cache = new();

    public EpochSet Epochs => salts.Now;

    /// <summary>The same, and not older than it may be where somebody is recognized.</summary>
    public ValueTask<EpochSet> Fresh(CancellationToken stop) => salts.Fresh(stop);

    /// <summary>By what someone is remembered for a while in this process.</summary>
    public UInt128 Tag(ReadOnlySpan<byte> id, IdKind kind) => cache.Tag(id, kind);

    /// <summary>Who was seen lately; costs no HMAC, no read and no allocation.</summary>
    /// <param name="tag">Of their identifier.</param>
    /// <param name="epoch">The epoch in force.</param>
    /// <param name="now">In Unix milliseconds.</param>
    public Pseudonym? Known(UInt128 tag, Epoch epoch, long now) => cache.Find(tag, epoch.Number, now);

    /// <summary>Takes a subject out of the memory of this process.</summary>
    public void Forget(Subject subject) => cache.Forget(subject);

    /// <summary>An identifier as it was sent, understood; or what is wrong with it.</summary>
    public Shown Show(string? user, string? visitor) =>
        user is not null ? Shown.As("user", Identifier.Read(Namespaces.User, user, salts.Options.Blocked, out var fault), fault)
        : visitor is null ? default
        : !VisitorTokens.Is(visitor) ? Shown.As("visitor", Identifier.Read(Namespaces.Visitor, visitor, salts.Options.Blocked, out fault), fault)
        : VisitorTokens.Read(visitor, salts.Now.Live(time.GetUtcNow()), out var over) is { } token ? new(token.Id, null, token.Epoch)
        : over ? Nameless(Encoding.UTF8.GetBytes(visitor))
        : Shown.As("visitor", null, "begins like a visitor token but is none that was given out here");

    /// <summary>An identifier of a namespace its sender names.</summary>
    /// <param name="space">The namespace's name.</param>
    /// <param name="value">The identifier.</param>
    /// <param name="field">Where in the request it stands; empty for the request itself.</param>
    public Shown Show(string? space, string? value, string field)
    {
        if (Namespaces.Find(space) is not { } known) return Shown.As(At(field, "namespace"), null, "must be one of " + string.Join(", ", Namespaces.Named.Select(n => n.Name)));
        if (value is null) return Shown.As(At(field, "value"), null, "is missing");
        if (known == Namespaces.Visitor) return Show(null, value) is { Fault: var (_, why) } ? Shown.As(At(field, "value"), null, why) : Show(null, value);
        return Shown.As(At(field, "value"), Identifier.Read(known, value, salts.Options.Blocked, out var fault), fault);
    }

    /// <summary>The same where only the SHA-256 of an identifier is said, of its one form and in hex.</summary>
    public static Shown ShowHashed(string? space, string? digest, string field)
    {
        if (Namespaces.Find(space) is not { } known) return Shown.As(At(field, "namespace"), null, "must be one of " + string.Join(", ", Namespaces.Named.Select(n => n.Name)));
        if (digest is not { Length: 2 * SHA256.HashSizeInBytes } || !digest.All(char.IsAsciiHexDigitLower)) return Shown.As(At(field, "value"), null, "must be a SHA-256 as 64 hexadecimal digits in lower case");
        return new(Identifier.Hashed(known, Convert.FromHexString(digest)), null, null);
    }

    private static string At(string field, string name) => field.Length == 0 ? name : $"{field}.{name}";

    /// <summary>A session as something to tell a nameless visitor by; null where it is none.</summary>
    public Identifier? Session(string session) => Identifier.Read(Namespaces.Session, session, salts.Options.Blocked, out _);

    /// <summary>Somebody who showed nothing, or a token that is over: the same visitor for all who share what is left to tell them by.</summary>
    public Shown Nameless(ReadOnlySpan<byte> known)
    {
        var epoch = salts.Now.Issuing(time.GetUtcNow());
        return new(known.IsEmpty ? VisitorTokens.Fresh() : VisitorTokens.Standing(epoch, known), null, epoch) { IsNew = true };
    }

    /// <summary>A token for somebody who has no name yet; the same for all calls of one session, so that a page's first calls are one visitor.</summary>
    public string Token(string? session)
    {
        var shown = Nameless(session is not null && Session(session) is { } known ? known.Value.Span : default);
        return VisitorTokens.Write(shown.Token!, shown.Id!);
    }

    /// <summary>What is wrong with how somebody is named in a request, as field and reason; null when nothing is.</summary>
    public (string Field, string Reason)? Fault(string? user, string? visitor) => Show(user, visitor).Fault;

    /// <summary>Who it is, if they were ever met. Writes nothing.</summary>
    public async ValueTask<Pseudonym?> Find(UInt128 tag, Shown shown, CancellationToken stop)
    {
        var current = (await salts.Fresh(stop)).Current;
        if (shown.Id is null || await aliases.Find(shown.Id, stop) is not var (holder, epoch)) return null;
        var settled = epoch.Number >= current.Number && !shown.IsNew && !IsOld(shown);
        return Remembered(tag, new(holder.Subject, settled), current);
    }

    /// <summary>Who it is or, where they were never met, somebody who stands in for them and of whom nothing is kept. Writes nothing.</summary>
    public async ValueTask<Subject> Named(Shown shown, CancellationToken stop) =>
        await Find(default, shown, stop) is { } known ? known.Subject : (await salts.Fresh(stop)).Current.StandIn(shown.Id!);

    /// <summary>Who it is, entered now if they are new; under the salt in force from now on.</summary>
    /// <param name="tag">To remember them by.</param>
    /// <param name="shown">Somebody.</param>
    /// <param name="source">The keyed hash of the event they were seen in; 0 without one.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<Pseudonym> Meet(UInt128 tag, Shown shown, ulong source, CancellationToken stop)
    {
        var current = (await salts.Fresh(stop)).Current;
        var (subject, _) = await aliases.Meet(shown.Id!, new(source, shown.Id!.Space == Namespaces.User), null, stop);
        return Remembered(tag, new(subject, settled: true, await Renew(shown, subject, source, stop)), current);
    }

    /// <summary>
    /// Who it is, for calls that name one person; null for somebody never met. Whoever is known by an older salt is carried
    /// over: they may come in no other way, and their refusal must not be forgotten.
    /// </summary>
    public async ValueTask<Subject?> Find(string? user, string? visitor, CancellationToken stop)
    {
        if (user is null && visitor is null) return null;
        var tag = TagOf(user, visitor);
        if (Known(tag, (await salts.Fresh(stop)).Current, Now) is { } known) return known.Subject;
        var shown = Show(user, visitor);
        if (await Find(tag, shown, stop) is not { } found) return null;
        if (found.Settled) return found.Subject;
        try { return (await Meet(tag, shown, 0, stop)).Subject; }
        // A store that takes nothing now keeps nobody from being answered: they are carried over next time.
        catch (StoreUnavailableException) { return found.Subject; }
    }

    /// <summary>Who it is, entered now if they are new; who shows nothing is given a token.</summary>
    public async ValueTask<Pseudonym> Meet(string? user, string? visitor, CancellationToken stop)
    {
        var shown = Show(user, visitor);
        if (shown.Id is null) return await Meet(default, Nameless(default), 0, stop);
        var tag = TagOf(user, visitor);
        return Known(tag, (await salts.Fresh(stop)).Current, Now) is { Settled: true } known ? known : await Meet(tag, shown, 0, stop);
    }

    /// <summary>The token they are to use from now on; null where they go on with what they have.</summary>
    public async ValueTask<string?> Renew(Shown shown, Subject subject, ulong source, CancellationToken stop)
    {
        if (shown.Token is not { } made) return null;
        if (!IsOld(shown)) return shown.IsNew ? VisitorTokens.Write(made, shown.Id!) : null;
        var epoch = salts.Now.Issuing(time.GetUtcNow());
        var next = VisitorTokens.After(epoch, shown.Id!);
        return (await aliases.Meet(next, new(source, SignedIn: false), subject, stop)).Subject == subject ? VisitorTokens.Write(epoch, next) : null;
    }

    private bool IsOld(Shown shown) => shown.Token is { } made && made.Number < salts.Now.Issuing(time.GetUtcNow()).Number;

    // 0 is the tag of what is not to be remembered.
    private Pseudonym Remembered(UInt128 tag, Pseudonym pseudonym, Epoch current) => tag == 0 ? pseudonym : cache.Add(tag, pseudonym, current.Number, Now);

    private UInt128 TagOf(string? user, string? visitor)
    {
        var text = user ?? visitor!;
        Span<byte> utf8 = stackalloc byte[4 * Identifier.MaxLength];
        // What is longer than any identifier is refused elsewhere; here it is only not remembered.
        return text.Length > Identifier.MaxLength ? default : Tag(utf8[..Encoding.UTF8.GetBytes(text, utf8)], user is null ? IdKind.Visitor : IdKind.User);
    }

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Somebody as they showed themselves.</summary>
/// <param name="Id">By what; null where it is nothing, or wrong.</param>
/// <param name="Fault">What is wrong, as field and reason.</param>
/// <param name="Token">The epoch their visitor token was made in; null where it is not one.</param>
public readonly record struct Shown(Identifier? Id, (string Field, string Reason)? Fault, Epoch? Token)
{
    /// <summary>Whether the token was made for them just now, and they do not have it yet.</summary>
    public bool IsNew { get; init; }

    public static Shown As(string field, Identifier? id, string? fault) => new(id, fault is null ? null : (field, fault), null);
}
