using System.Globalization;
using Personalization.Audit;
using Personalization.Models.Registry;
using Personalization.Publishing;
using Personalization.Training;

namespace Personalization.Models.Rollouts;

/// <summary>
/// Where models are promoted and rolled back. A move is one new version of the rollout, made from the one in force: of two
/// moves at once none undoes the other, and a crash leaves either the rollout before or the one after.
/// </summary>
public sealed class RolloutDesk(ModelRegistry registry, Published<Rollout> published, Exclusions exclusions, GateOptions gates, AuditLog audit, TimeProvider time)
{
    private const int Attempts = 20;
    private const string Contended = "others changed the rollout again and again meanwhile; try it again";

    public ModelRegistry Registry => registry;

    public RolloutHistory History { get; } = new(published);

    /// <summary>What is in force, read now and not of a moment ago.</summary>
    public async ValueTask<Rollout> Now(CancellationToken stop) =>
        await published.Versions(stop) is { Version: > 0 and var version } && await published.Read(version, stop) is { } body && Rollout.Artefact.Compile(version, body) is { } rollout
            ? rollout : await published.Loaded(stop);

    /// <summary>Models of the rollout in force that may have learned from whoever was there at a time; one without a card may have.</summary>
    public async ValueTask<IReadOnlyList<Promotion>> Learned(DateTimeOffset by, CancellationToken stop)
    {
        var now = await Now(stop);
        var learned = new List<Promotion>();
        foreach (var model in new[] { now.Champion, now.Canary?.Promotion }.Concat(now.InShadow).OfType<Promotion>())
            if (model != Promotion.None && !((await registry.Find(model.Model, stop))?.TrainedAt > by)) learned.Add(model);
        return learned;
    }

    /// <param name="model">Its name.</param>
    /// <param name="to">Shadow, canary or champion.</param>
    /// <param name="share">Of a canary.</param>
    /// <param name="reason">For the audit log.</param>
    /// <param name="stop">Gives up.</param>
    public async ValueTask<RolloutOutcome> Promote(string model, RolloutStage to, double share, string reason, CancellationToken stop)
    {
        if (await registry.Find(model, stop) is not { } card) return new RolloutOutcome.NoSuchModel();
        if ((await registry.Files.Read(card.Promotion(), stop)).Wrong is { } wrong) return new RolloutOutcome.Impossible($"its file is {wrong}; restore it, or train and register another model");
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var now = await Now(stop);
            if (RolloutMove.Fault(now, model, to) is { } fault) return new RolloutOutcome.Impossible(fault);
            // Who is the champion already was judged then, and is not judged against itself.
            if (to != RolloutStage.Shadow && model != now.Model && Gates.Judge(card, await registry.Find(now.Model, stop), gates) is { Count: > 0 } refusals) return new RolloutOutcome.Refused(refusals);
            var next = RolloutMove.Promoted(now, card.Promotion(), to, share, time.GetUtcNow());
            var moved = ReferenceEquals(next, now) ? now : await Move(now, next, new("promote", model, to.Name(), reason), stop);
            if (moved is null) continue;
            if (to == RolloutStage.Champion) await exclusions.Covered(card.TrainedAt, CancellationToken.None);
            return new RolloutOutcome.Done(moved);
        }

        return new RolloutOutcome.Impossible(Contended);
    }

    /// <summary>A canary or a shadow leaves; of a champion the one before takes the place.</summary>
    public ValueTask<RolloutOutcome> Rollback(string model, string reason, CancellationToken stop) => TakeOut(model, "rollback", reason, _ => true, stop);

    /// <summary>The same for a canary that does harm, unless it is another one by now.</summary>
    internal ValueTask<RolloutOutcome> Stop(Canary canary, string reason, CancellationToken stop) => TakeOut(canary.Model, "guardrail", reason, now => now.Canary == canary, stop);

    private async ValueTask<RolloutOutcome> TakeOut(string model, string what, string reason, Predicate<Rollout> still, CancellationToken stop)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var now = await Now(stop);
            if (RolloutMove.TakenOut(now, model) is not { } next || !still(now)) return await NotThere(model, now, stop);
            if (await Move(now, next, new(what, model, null, reason), stop) is not { } moved) continue;
            // The champion before may know somebody who left after it was trained.
            if (model == now.Model) await exclusions.Schedule(CancellationToken.None);
            return new RolloutOutcome.Done(moved);
        }

        return new RolloutOutcome.Impossible(Contended);
    }

    private async ValueTask<RolloutOutcome> NotThere(string model, Rollout now, CancellationToken stop) =>
        await registry.Find(model, stop) is null && !now.Names(model) ? new RolloutOutcome.NoSuchModel() : new RolloutOutcome.Impossible("it is neither champion nor canary nor shadow, so there is nothing to take back");

    /// <summary>Null where somebody else moved meanwhile.</summary>
    private async ValueTask<Rollout?> Move(Rollout now, Rollout next, RolloutStep step, CancellationToken stop)
    {
        var body = (next with { At = time.GetUtcNow(), Step = step }).Body();
        var before = now.Body();
        var moved = await published.Change(known => Same(known, before, body), stop);
        if (moved is not null) await Tell(step, now, moved);
        return moved;
    }

    // Not by a conditional expression, whose null would become an empty body.
    private static ReadOnlyMemory<byte>? Same(Rollout known, byte[] before, byte[] body)
    {
        if (known.Body().AsSpan().SequenceEqual(before)) return body;
        return null;
    }

    // What was done stays done when its caller goes away.
    private async ValueTask Tell(RolloutStep step, Rollout before, Rollout now)
    {
        var open = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["step"] = step.What, ["model"] = step.Model, ["to"] = step.To ?? "retired", ["reason"] = step.Reason, ["champion"] = now.Model, ["before"] = before.Model, ["sha256"] = now.Sha256,
        };
        if (now.Canary is { } canary) (open["canary"], open["share"]) = (canary.Model, canary.Share.ToString(CultureInfo.InvariantCulture));
        await audit.Append(new(AuditTypes.ModelPromoted, null, open), CancellationToken.None);
    }
}
