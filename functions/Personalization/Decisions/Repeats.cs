using System.Numerics;
using System.Runtime.InteropServices;
using Personalization.Decisions.Candidates;
using Personalization.Identity;
using Personalization.Models;
using Personalization.Rules;

namespace Personalization.Decisions;

/// <summary>
/// Answers of a moment ago. Who asks the very same again, such as a page that is loaded twice or a call that is repeated
/// because its answer was lost, gets the same decision, as long as nothing that it rests on has changed: not the person, nor
/// what they allow, the catalogue, the rules, the experiments or the model. Bounded: an answer goes when another needs its place.
/// </summary>
public sealed class Repeats(TimeSpan within, TimeProvider time)
{
    /// <summary>As many as ten bits tell apart.</summary>
    private const int Places = 1024;

    private const ulong Mixing = 0x9E3779B97F4A7C15;

    /// <summary>A longer question or answer is not kept.</summary>
    private const int MaxBytes = 16 * 1024;

    private readonly Given[] given = [.. Enumerable.Range(0, Places).Select(_ => new Given())];
    private int passing;
    private long changes;
    private volatile Basis basis = new(0, Shelf.Empty, Serving.None, CompiledRules.None, "");

    /// <summary>Whether the answer is one that was given already; then it is in <see cref="Decision.Answer"/>.</summary>
    public bool Find(IDecisionEngine engine, Decision d) =>
        IsRepeatable(d) && Place(engine, d).Answer(engine.Engine, d, GroundOf(d), time.GetTimestamp());

    public void Keep(IDecisionEngine engine, Decision d)
    {
        if (!IsRepeatable(d) || d.Degraded || d.Body.Length > MaxBytes || d.Answer.Length > MaxBytes) return;
        var now = time.GetTimestamp();
        Place(engine, d).Take(engine.Engine, d, GroundOf(d), now + (long)(within.TotalSeconds * time.TimestampFrequency));
        // One in passing, so that what is over does not stay where nobody asks any more.
        given[Interlocked.Increment(ref passing) & (Places - 1)].Drop(now);
    }

    /// <summary>At once, where somebody must not be known any more.</summary>
    public void Forget(Subject subject)
    {
        foreach (var one in given) one.Drop(subject);
    }

    private bool IsRepeatable(Decision d) => within > TimeSpan.Zero && d.Person.Stamp != 0 && d.Ask.Given is null;

    private Given Place(IDecisionEngine engine, Decision d)
    {
        var mixed = (ulong)d.Subject.Key ^ ((ulong)engine.Engine << 32);
        var words = MemoryMarshal.Cast<byte, ulong>(d.Body.Span);
        foreach (var word in words) mixed = BitOperations.RotateLeft((mixed ^ word) * Mixing, 29);
        foreach (var rest in d.Body.Span[(words.Length * sizeof(ulong))..]) mixed = (mixed ^ rest) * Mixing;
        return given[(int)((mixed * Mixing) >> 54)];
    }

    private Ground GroundOf(Decision d)
    {
        var arms = default(HashCode);
        foreach (var arm in d.Arms) arms.Add(arm);
        return new(d.Person.Stamp, BasisOf(d), d.HeldOut, arms.ToHashCode());
    }

    private long BasisOf(Decision d)
    {
        var known = basis;
        if (ReferenceEquals(known.Shelf, d.Shelf) && ReferenceEquals(known.Rules, d.Rules) && known.Model == d.Model && known.Experiments == d.Versions.Experiments) return known.Number;
        known = new(Interlocked.Increment(ref changes), d.Shelf, d.Model, d.Rules, d.Versions.Experiments);
        basis = known;
        return known.Number;
    }

    /// <summary>
    /// What answers to all people rest on. An answer knows it by its number, which is never given twice: a thousand answers that
    /// nobody asks for again are not to keep a thousand catalogues in memory.
    /// </summary>
    private sealed record Basis(long Number, Shelf Shelf, Serving Model, CompiledRules Rules, string Experiments);

    /// <summary>What an answer rests on.</summary>
    private readonly record struct Ground(ulong Person, long Basis, bool HeldOut, int Arms);

    private sealed class Given
    {
        private readonly Lock gate = new();
        private byte[] bytes = [];
        private int question, answer;
        private long until = long.MinValue;

        // When a rule begins or ends to hold, in UTC ticks.
        private long turn;
        private Subject subject;
        private DecisionEngine engine;
        private Ground ground;

        public bool Answer(DecisionEngine by, Decision d, in Ground on, long now)
        {
            lock (gate)
            {
                if (now >= until || d.At.UtcTicks >= turn || by != engine || d.Subject != subject || on != ground || !bytes.AsSpan(0, question).SequenceEqual(d.Body.Span)) return false;
                d.Answer.Clear();
                d.Answer.Add(bytes.AsSpan(question, answer));
                return true;
            }
        }

        public void Take(DecisionEngine by, Decision d, in Ground on, long end)
        {
            lock (gate)
            {
                Clear();
                (question, answer, until, turn, subject, engine, ground) = (d.Body.Length, d.Answer.Length, end, d.Rules.SameUntil(d.At), d.Subject, by, on);
                if (bytes.Length < question + answer) bytes = new byte[question + answer];
                d.Body.Span.CopyTo(bytes);
                d.Answer.Written.CopyTo(bytes.AsSpan(question));
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
            bytes.AsSpan(0, question + answer).Clear();
            (question, answer, until, subject, ground) = (0, 0, long.MinValue, default, default);
        }
    }
}
