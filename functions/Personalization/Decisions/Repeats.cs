using System.Security.Cryptography;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Identity;
using Personalization.Rules;

namespace Personalization.Decisions;

/// <summary>
/// Answers of a moment ago. Who asks the very same again, such as a page that is loaded twice or a call that is repeated
/// because its answer was lost, gets the same decision, as long as nothing that it rests on has changed: not the person, nor
/// what they allow, the catalogue, the rules, the experiments, the model or what was learned to order by. Bounded: an answer goes when another needs its place.
/// Of the question nothing is kept: it is known by 128 bits of a keyed hash whose key is drawn at start and never leaves the process.
/// </summary>
public sealed class Repeats(TimeSpan within, TimeProvider time)
{
    private const int Places = 1024;

    /// <summary>What is longer costs more to know again than it saves, and no answer that is longer is kept.</summary>
    private const int MaxBytes = 16 * 1024;

    // One for each engine, so that the same body is another question to another engine.
    private readonly KeyedHash[] keys = [.. Enumerable.Range(0, Enum.GetValues<DecisionEngine>().Length).Select(_ => KeyedHash.From(RandomNumberGenerator.GetBytes(16)))];
    private readonly Given[] given = [.. Enumerable.Range(0, Places).Select(_ => new Given())];
    private int passing;
    private long changes;
    private volatile Basis basis = new(0, Shelf.Empty, CompiledRules.None, LearnedRankers.None, "");

    /// <summary>What a question is known by; null for one that is not answered as it was.</summary>
    public UInt128? TagOf(IDecisionEngine engine, Decision d) =>
        within > TimeSpan.Zero && d.Person.Stamp != 0 && d.Ask.Given is null && d.Body.Length <= MaxBytes ? keys[(int)engine.Engine].WideOf(d.Body.Span) : null;

    /// <summary>Whether the answer is one that was given already; then it is in <see cref="Decision.Answer"/>.</summary>
    public bool Find(UInt128? tag, Decision d) => tag is { } known && Place(known).Answer(known, d, GroundOf(d), time.GetTimestamp());

    public void Keep(UInt128? tag, Decision d)
    {
        if (tag is not { } known || d.Degraded || d.Answer.Length > MaxBytes) return;
        var now = time.GetTimestamp();
        Place(known).Take(known, d, GroundOf(d), now + (long)(within.TotalSeconds * time.TimestampFrequency));
        // One in passing, so that what is over does not stay where nobody asks any more.
        given[Interlocked.Increment(ref passing) & (Places - 1)].Drop(now);
    }

    /// <summary>At once, where somebody must not be known any more.</summary>
    public void Forget(Subject subject)
    {
        foreach (var one in given) one.Drop(subject);
    }

    private Given Place(UInt128 tag) => given[(int)((ulong)tag & (Places - 1))];

    private Ground GroundOf(Decision d)
    {
        var arms = default(HashCode);
        foreach (var arm in d.Arms) arms.Add(arm);
        return new(d.Person.Stamp, BasisOf(d), d.Model.Number, d.HeldOut, arms.ToHashCode());
    }

    private long BasisOf(Decision d)
    {
        var known = basis;
        if (ReferenceEquals(known.Shelf, d.Shelf) && ReferenceEquals(known.Rules, d.Rules) && ReferenceEquals(known.Learned, d.Learned) && known.Experiments == d.Versions.Experiments) return known.Number;
        known = new(Interlocked.Increment(ref changes), d.Shelf, d.Rules, d.Learned, d.Versions.Experiments);
        basis = known;
        return known.Number;
    }

    /// <summary>
    /// What answers to all people rest on, whichever model they get. An answer knows it by its number, which is never given twice: a thousand answers that
    /// nobody asks for again are not to keep a thousand catalogues in memory.
    /// </summary>
    private sealed record Basis(long Number, Shelf Shelf, CompiledRules Rules, LearnedRankers Learned, string Experiments);

    /// <summary>What an answer rests on. The model is known by its number, because part of the people may get another one.</summary>
    private readonly record struct Ground(ulong Person, long Basis, long Model, bool HeldOut, int Arms);

    private sealed class Given
    {
        private readonly Lock gate = new();
        private UInt128 question;
        private byte[] bytes = [];
        private int length;
        private long until = long.MinValue;

        // When a rule begins or ends to hold, in UTC ticks.
        private long turn;
        private Subject subject;
        private Ground ground;

        public bool Answer(UInt128 tag, Decision d, in Ground on, long now)
        {
            lock (gate)
            {
                if (now >= until || d.At.UtcTicks >= turn || tag != question || d.Subject != subject || on != ground) return false;
                d.Answer.Clear();
                d.Answer.Add(bytes.AsSpan(0, length));
                return true;
            }
        }

        public void Take(UInt128 tag, Decision d, in Ground on, long end)
        {
            lock (gate)
            {
                Clear();
                (question, length, until, turn, subject, ground) = (tag, d.Answer.Length, end, d.Rules.SameUntil(d.At), d.Subject, on);
                if (bytes.Length < length) bytes = new byte[length];
                d.Answer.Written.CopyTo(bytes);
            }
        }

        public void Drop(long now)
        {
            lock (gate)
                if (now >= until) Clear();
        }

        public void Drop(Subject of)
        {
            lock (gate)
                if (subject == of) Clear();
        }

        private void Clear()
        {
            bytes.AsSpan(0, length).Clear();
            (question, length, until, subject, ground) = (default, 0, long.MinValue, default, default);
        }
    }
}
