using System.Security.Cryptography;
using System.Text;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Storage;

namespace Personalization.Privacy.Requests;

/// <summary>
/// What somebody asked for and how it stands. Nothing in it says who they are but random subjects, and those go when it ends.
/// It is kept after that, to show that it was dealt with and in time.
/// </summary>
public sealed record PrivacyRequest
{
    public static readonly Store Store = new(
        "requests", StoreKind.Documents, "compliance", "Carries out what people ask for about their data, and shows afterwards that it was done in time",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(3 * 365), "the hash of the request's id", SubjectKey.Indexed);

    /// <summary>By subject, which requests name it: so that an erasure takes it out of all of them.</summary>
    public static readonly Store Index = new(
        "requestsubjects", StoreKind.Documents, "compliance", "Finds the open requests that name a person, so that an erasure leaves none",
        Sensitivity.Pseudonymous, TimeSpan.FromDays(3 * 365), "the subject", SubjectKey.Partition);

    /// <summary>As whoever sent it named it.</summary>
    public required string Id { get; init; }

    public required RequestType Type { get; init; }

    public required Regulation Regulation { get; init; }

    public required RequestState State { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the law wants it done.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? BegunAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>
    /// By which the same request is known when it is sent again. It says something about the person to whoever has the salt, and
    /// so goes when they do: from then on nobody can tell whether it is the same.
    /// </summary>
    public string? Meaning { get; init; }

    public int Epoch { get; init; }

    /// <summary>Whom it is about, as hex; empty once it has ended and nothing of it is left. New ones go to the end, because steps name them by place.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>How many of the first of them it was sent about; the others are one person with them.</summary>
    public int Named { get; init; }

    /// <summary>
    /// Who stands in for its identifiers where nobody is known by them. They are held as well: while a person is erased nobody is
    /// known by their identifiers any more, and who asks again then waits all the same, as for somebody never met.
    /// </summary>
    public IReadOnlyList<string> StandIns { get; init; } = [];

    /// <summary>Kept when it was met: who shows its token again is told so, and nobody else is told anything.</summary>
    public Challenge? Challenge { get; init; }

    /// <summary>Whether staff have to say yes.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>Whom to tell how it stands.</summary>
    public IReadOnlyList<string> Callbacks { get; init; } = [];

    /// <summary>Whether it came in the form before OpenDSR, in which it is answered.</summary>
    public bool OldWay { get; init; }

    public RequestPhase? Phase { get; init; }

    /// <summary>Until when nothing is done, where it waits for the stream to run out.</summary>
    public DateTimeOffset? WaitsUntil { get; init; }

    /// <summary>How many entries each store had, before anything was deleted.</summary>
    public IReadOnlyList<StoreFound>? Found { get; init; }

    /// <summary>For how many of the people that was counted, from the first on: who is joined to them later is counted then.</summary>
    public int Counted { get; init; }

    /// <summary>By when every model in use is one that was trained without them.</summary>
    public DateTimeOffset? ExcludedBy { get; init; }

    /// <summary>And how many of those that go with the last step, before it.</summary>
    public IReadOnlyList<StoreFound>? Kept { get; init; }

    /// <summary>Why it was denied or failed: a word, never a sentence of somebody's.</summary>
    public string? Reason { get; init; }

    /// <summary>How often staff had it tried again.</summary>
    public int Retries { get; init; }

    public KeptExport? Export { get; init; }

    /// <summary>How many values came of it.</summary>
    public int? Results { get; init; }

    /// <summary>Merges and cases that led to whoever was erased: the histories of their workflows have still to go. Requests stored earlier do not say it.</summary>
    public IReadOnlyList<string> Merges { get; init => field = value ?? []; } = [];

    /// <summary>Whether the history of its own workflow is gone.</summary>
    public bool HistoryGone { get; init; }

    public string Handle => HandleOf(Id);

    public bool IsOver => State is RequestState.Completed or RequestState.Cancelled or RequestState.Denied;

    public bool IsOpen => !IsOver;

    /// <summary>Whether its workflow has still to put away what was only needed on the way.</summary>
    public bool IsUnsettled => IsOver && (Callbacks.Count > 0 || (Export is null && Subjects.Count + StandIns.Count > 0));

    /// <summary>Whether its workflow has nothing more to do but to end.</summary>
    public bool IsPutAway => IsOver && Export is null && !Mentioned.Any();

    public bool IsOverdue(DateTimeOffset now) => IsOpen && now > Deadline;

    public IReadOnlyList<Subject> People => [.. Subjects.Select(Subject)];

    /// <summary>Whom its identifiers stand for where they are nobody's.</summary>
    public IReadOnlyList<Subject> Shadows => [.. StandIns.Select(Subject)];

    /// <summary>All by whom it can be found: whoever is erased must be in none of these.</summary>
    internal IEnumerable<string> Mentioned => Subjects.Union(StandIns, StringComparer.Ordinal);

    /// <summary>What a request is called where it must not be told whose it is: in workflows, holds, names of blobs.</summary>
    public static string HandleOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    private static Subject Subject(string text) => SubjectText.TryParse(text, out var subject) ? subject : throw new InvalidDataException("A request names somebody who is no subject.");
}

/// <summary>What somebody has to show, to be believed.</summary>
/// <param name="Hash">SHA-256 of the token, in hex.</param>
/// <param name="Until">Until when.</param>
/// <param name="Misses">How often another was shown.</param>
public sealed record Challenge(string Hash, DateTimeOffset Until, int Misses)
{
    /// <summary>More would be guessing.</summary>
    public const int MaxMisses = 5;
}

/// <summary>An export that can be had.</summary>
/// <param name="Until">Then it is gone.</param>
/// <param name="Link">SHA-256 of the token of the link that was given out last, in hex; null where that was used.</param>
/// <param name="LinkUntil">Until when the link can be used.</param>
public sealed record KeptExport(DateTimeOffset Until, string? Link, DateTimeOffset? LinkUntil);

/// <param name="Store">The store's name.</param>
/// <param name="Kind">Which of the contracts opens it.</param>
/// <param name="How">What an erasure does there.</param>
/// <param name="Count">How many entries it had about the person.</param>
public sealed record StoreFound(string Store, string Kind, string How, long Count);
