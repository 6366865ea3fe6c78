namespace Personalization.Privacy.Requests;

/// <summary>What may be said to a request. The first five are people's, the others its workflow's.</summary>
public abstract record RequestCommand
{
    private RequestCommand() { }

    /// <param name="Hash">SHA-256 of what the person showed, in hex.</param>
    public sealed record Verify(string Hash) : RequestCommand;

    /// <summary>Another party has made sure who the person is.</summary>
    public sealed record Vouch : RequestCommand;

    public sealed record Approve : RequestCommand;

    /// <param name="Reason">One of <see cref="RequestRules.Reasons"/>.</param>
    public sealed record Deny(string Reason) : RequestCommand;

    public sealed record Cancel : RequestCommand;

    /// <summary>After it failed.</summary>
    public sealed record Retry : RequestCommand;

    /// <summary>Another token, because the one before was lost.</summary>
    public sealed record Challenge(Requests.Challenge New) : RequestCommand;

    /// <summary>Nobody did anything, and it is this late.</summary>
    public sealed record TimePasses : RequestCommand;

    /// <summary>Everybody it is about is held now.</summary>
    public sealed record Begin(IReadOnlyList<string> Subjects) : RequestCommand;

    /// <summary>It has come this far.</summary>
    public sealed record Proceed(RequestPhase Phase, DateTimeOffset? WaitsUntil = null) : RequestCommand
    {
        /// <summary>By when models are without the person; null where this step has nothing to do with it.</summary>
        public DateTimeOffset? ExcludedBy { get; init; }
    }

    /// <summary>What there was, before anything is deleted; said again it changes nothing.</summary>
    public sealed record Count(IReadOnlyList<StoreFound>? Found, IReadOnlyList<StoreFound>? Kept) : RequestCommand
    {
        /// <summary>Of which people, by their places: from this one on.</summary>
        public int From { get; init; }

        /// <summary>And up to before this one.</summary>
        public int To { get; init; }
    }

    /// <summary>These merges and cases lead to somebody who is about to be deleted.</summary>
    public sealed record Name(IReadOnlyList<string> Merges) : RequestCommand;

    /// <summary>It is done; where something came of it that can be had, until when.</summary>
    public sealed record Complete(int Results, DateTimeOffset? ExportUntil) : RequestCommand;

    /// <param name="Step">What did not succeed, however often it was tried.</param>
    /// <param name="Try">After how many retries: what is told late says nothing about the next try.</param>
    public sealed record Fail(string Step, int Try = 0) : RequestCommand;

    /// <summary>Somebody it names is erased.</summary>
    public sealed record Forget(string Subject) : RequestCommand;

    /// <summary>A link to its export is given out.</summary>
    public sealed record Give(string LinkHash, DateTimeOffset Until) : RequestCommand;

    /// <summary>A link to its export is used.</summary>
    public sealed record Take(string LinkHash) : RequestCommand;

    /// <summary>It has ended, and nobody is held for it any more.</summary>
    public sealed record Release : RequestCommand;

    /// <summary>Its export is gone.</summary>
    public sealed record Drop : RequestCommand;

    /// <summary>Everybody who wanted to know has been told.</summary>
    public sealed record Settle : RequestCommand;

    /// <param name="Merges">Of which no history is left.</param>
    /// <param name="Own">Whether none is left of its own workflow.</param>
    public sealed record Purged(IReadOnlyList<string> Merges, bool Own) : RequestCommand;
}

/// <summary>What comes of it.</summary>
public abstract record RequestDecision
{
    private RequestDecision() { }

    /// <summary>It is so from now on.</summary>
    public sealed record Changed(PrivacyRequest Request) : RequestDecision;

    /// <summary>It was so before.</summary>
    public sealed record Same : RequestDecision;

    /// <param name="Why">Why not.</param>
    /// <param name="Noted">What is to be kept of it all the same.</param>
    public sealed record Refused(RequestRefusal Why, PrivacyRequest? Noted = null) : RequestDecision;
}

/// <summary>Why a request does not do what it was told.</summary>
public enum RequestRefusal
{
    /// <summary>It has ended.</summary>
    Over = 1,

    /// <summary>It is being carried out.</summary>
    Begun,

    /// <summary>Not this, as it stands.</summary>
    NotNow,

    WrongToken,

    /// <summary>The time for it is over, or wrong tokens came too often.</summary>
    TooLate,

    /// <summary>There is no export, or no such link to it.</summary>
    NoExport,
}
