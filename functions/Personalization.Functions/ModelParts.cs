using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Decisions.Logging;
using Personalization.Functions.Hosting;
using Personalization.Functions.Triggers;
using Personalization.Models;
using Personalization.Models.Guarding;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Models.Shadowing;
using Personalization.Publishing;
using Personalization.Storage;
using Personalization.Training;

namespace Personalization.Functions;

/// <summary>What keeps, serves and tries models, put together by hand.</summary>
/// <param name="Served">The models decisions are made with.</param>
/// <param name="Trials">Told of every decision.</param>
/// <param name="Registry">Where training leaves what it learned.</param>
/// <param name="Rollouts">Where they are promoted and taken back.</param>
/// <param name="Functions">Its calls.</param>
internal sealed record ModelParts(ServedModels Served, ModelTrials Trials, ModelRegistry Registry, RolloutDesk Rollouts, IEnumerable<Function> Functions)
{
    public static readonly IReadOnlyList<Store> Stores = [ModelFiles.Store, ModelRegistry.Store, TrialSheets.Store];

    public static ModelParts Build(State state, DecisionIds ids, Exclusions exclusions, AuditLog audit, ModelOptions options, TimeProvider time, Meter meter)
    {
        var (documents, files) = (state.Documents, new ModelFiles(state.Blobs));
        var rollouts = new Published<Rollout>(documents, Rollout.Artefact, time, meter);
        var (served, sheets, registry) = (new ServedModels(files, rollouts, time, meter), new TrialSheets(documents), new ModelRegistry(documents, files, time));
        var trials = new ModelTrials(new(served, ids, sheets, time), new(served, sheets, options.ShadowSample, meter), time);
        var desk = new RolloutDesk(registry, rollouts, exclusions, options.Gates, audit, time);
        return new(served, trials, registry, desk, ModelFunctions.All(desk, new(desk, trials.Canary, exclusions, options.Guard, meter), trials.Shadows, time));
    }
}
