using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Experiments;
using Personalization.Functions.Durable;
using Personalization.Functions.Durable.Hosted;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Functions.Hosting.Observability;
using Personalization.Functions.Hosting.Runner;
using Personalization.Functions.Hosting.Security;
using Personalization.Functions.Triggers;
using Personalization.Functions.Workflows;
using Personalization.Identity;
using Personalization.Identity.Explaining;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Identity.Whole;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Caps;
using Personalization.Messages.Deciding;
using Personalization.Popularity;
using Personalization.Privacy.Certifying;
using Personalization.Privacy.Erasing;
using Personalization.Privacy.Proving;
using Personalization.Profiles;
using Personalization.Publishing;
using Personalization.Rules;
using Personalization.Segments;
using Personalization.Storage;
using Personalization.Training;
using Personalization.Training.Drifting;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Runs;
using Personalization.Vault;

namespace Personalization.Functions;

/// <summary>What the application is made of, put together by hand.</summary>
/// <param name="Table">Every function.</param>
/// <param name="Catalogue">Read before the first call.</param>
/// <param name="Featurizer">Says at the end what it did.</param>
/// <param name="Evaluations">Written out at the end.</param>
/// <param name="Replays">Worked on beside everything else; null where a host owns the stream.</param>
/// <param name="Staff">Told of every call of staff.</param>
/// <param name="Instances">Of workflows, where no host runs them.</param>
/// <param name="Agenda">Which of them have something to do.</param>
/// <param name="Meter">What is measured.</param>
internal sealed record Composition(
    FunctionTable Table, Catalogue Catalogue, Featurizer Featurizer, PolicyEvaluations Evaluations, Replays? Replays, StaffActions Staff,
    Instances Instances, Agenda Agenda, Meter Meter)
{
    /// <summary>Starts and tells workflows.</summary>
    public required IWorkflows Workflows { get; init; }

    /// <summary>What marketers have in force.</summary>
    public required Published<CompiledRules> Rules { get; init; }

    /// <summary>What they have in force to say.</summary>
    public required Published<CompiledCampaigns> Campaigns { get; init; }

    /// <summary>Names decisions.</summary>
    public required DecisionIds DecisionIds { get; init; }

    /// <summary>Where decisions are noted; writes beside everything else, and the rest at the end.</summary>
    public required DecisionLogWriter Decisions { get; init; }

    /// <summary>Keeps, serves and tries models; sums are written out at the end.</summary>
    public required ModelParts Models { get; init; }

    /// <summary>What private models are paid from.</summary>
    public required RenewableBudget PrivacyBudget { get; init; }

    /// <summary>Trains.</summary>
    public required TrainingDesk Training { get; init; }

    /// <summary>Which experiments marketers have in force.</summary>
    public required Published<CompiledExperiments> Experiments { get; init; }

    /// <summary>Who has seen what of them; written out at the end.</summary>
    public required ExposureBook Exposures { get; init; }

    /// <summary>What the first call would otherwise have to do without, each for itself.</summary>
    public required IReadOnlyList<Func<CancellationToken, ValueTask>> Preloads { get; init; }

    /// <summary>Every store of the product.</summary>
    public static readonly StoreRegistry Stores = new(
    [
        Catalogue.Store, Statistics.Store, Profile.Store, VaultFeatures.Store, StreamedEvent.Hub, DeadLetters.Store, ReplayJob.Store, TimerRecord.Store,
        Salts.Store, Aliases.Store, Links.Store, IdentityLog.Store, IdentityLog.Cases, IdentityLog.Names, WholePersons.Store, Holds.Store, ConsentLedger.Store, PolicyRecord.Store,
        .. AuditLog.Stores, AuditKeys.Store, Checkpoints.Store, SigningKeys.Store, Certificates.Store, Findings.Store, Exclusions.Store, Instances.Store, ExposureRow.Store,
        DecisionDocuments.Store, DecisionRecords.Store, CapSheets.Store, Budgets.Store,
        .. ModelParts.Stores, TrainingRuns.Store, .. PrivacyParts.Stores,
    ]);

    /// <summary>Every feature of the product.</summary>
    public static readonly FeatureRegistry Features = new(Profiles.Features.All);

    public static Composition Build(AppOptions options, State state, TimeProvider time)
    {
        var meter = new Meter(Invocations.Source);
        var documents = state.Documents;
        var consent = options.Consent;
        var aliases = new Aliases(documents, state.Salts, new(documents, time), time);
        var people = new People(state.Salts, aliases, time);
        var rules = new GraphRules(Namespaces.All.Select(n => new NamespaceRule(n.Name, n.Unique, n.Confidence)));
        var identityLog = new IdentityLog(documents, time);
        // Nobody else writes to an embedded directory, so what is in memory never grows old.
        var catalogue = new Catalogue(documents, time, state.Embedded is null ? options.Catalogue : options.Catalogue with { RefreshAfter = TimeSpan.MaxValue });
        var popularity = new PopularityRanking(documents, time);

        var auditKeys = new AuditKeys(documents);
        var audit = new AuditLog(documents, state.Blobs, auditKeys, time, meter);
        var (proofs, auditReader, signing) = (new AuditProofs(audit), new AuditReader(audit, auditKeys), new SigningKeys(documents, state.Secrets, audit, options.Audit, time));
        var checkpoints = new Checkpoints(documents, audit, proofs, signing, time);
        var inForce = new Published<CompiledRules>(documents, CompiledRules.Artefact, time, meter);
        var experiments = new Published<CompiledExperiments>(documents, CompiledExperiments.Artefact, time, meter);
        var learned = new Published<LearnedRankers>(documents, options.Runs.Ranking.On ? LearnedRankers.Artefact : LearnedRankers.Unused, time, meter);
        var exposures = new ExposureBook(documents, name => experiments.Now.Knows(name), time, meter);

        var linker = new Linker(identityLog, rules);
        var consents = new ConsentLedger(state.Ledger);
        var sides = new MergeSides(documents, consents, exposures);
        var persons = new WholePersons(documents, linker, consents, time);
        var signIns = new SignIns(people, aliases, linker, persons, audit, time, meter);
        var exclusions = new Exclusions(documents, options.Training, time, meter);
        var desk = new ConsentDesk(consents, new(documents, time), people, consent.Policy, consent.Tcf, time, audit, exclusions, persons);
        var evaluations = new PolicyEvaluations(audit, consent.Policy, consent.EvaluationSample, time, meter);
        var vault = new VaultDesk(new(documents), consents, consent.Policy, audit, VaultSigner.From(state.Salts, time), people, persons, time, meter);
        var identity = new IdentityDesk(documents, identityLog, rules, consents, consent.Policy, catalogue, audit, time);

        var homes = new CapHomes(new(documents), new(documents), MessageParts.Members(linker), time);
        var changes = new PersonChanges(identityLog, linker, new(documents), sides, persons, new(documents), exclusions, homes, audit, consent.Policy, time);
        var merges = new MergeDesk(changes, identityLog, linker, catalogue, audit);

        var deadLetters = new DeadLetters(documents, time, meter);
        var shapes = new EventShapes(meter);
        var decisionIds = new DecisionIds(state.Secrets, time);
        var models = ModelParts.Build(state, decisionIds, exclusions, audit, options.Models, time, meter);
        IDecisionLog decisionLog = state.Embedded is { } local ? new DecisionRecords(local.Stream) : new DecisionDocuments(documents);
        var decisionWriter = new DecisionLogWriter(decisionLog, options.DecisionLog, time, meter);
        var intake = new EventIntake(state.Stream, documents, consents, people, signIns, catalogue, consent.Policy, consent.Tcf, evaluations, deadLetters, shapes, time, options.Events)
        {
            Trials = models.Trials.Canary, Outcomes = options.Runs.Ranking.On ? new(decisionIds, decisionWriter, time) : null,
        };
        var featurizer = new Featurizer(documents, catalogue, deadLetters, (subject, stop) => consents.Remembered(subject, ConsentState.None, stop), time, meter);
        var progress = new StreamProgress(time);
        var replays = state.Embedded is { } embedded ? new Replays(documents, embedded.Stream, EventFunctions.Featurize, featurizer.Apply, deadLetters, time, meter) : null;
        var stream = new StreamStatus(progress, state.Embedded?.Stream, EventFunctions.Featurize, time);

        var (instances, agenda) = (new Instances(documents, options.Workflows, time), new Agenda(time));
        IWorkflows workflows = options.Mode.Hosted ? new HostedWorkflows(new() { Timeout = TimeSpan.FromSeconds(30) }) : new EmbeddedWorkflows(instances, agenda, time);

        var (companions, decisions) = (new CompanionReader(documents, time), options.Decisions);
        var (budget, reserved) = (new SegmentBudget(options.Tiers), new Published<Reservations>(documents, Reservations.Artefact, time, meter));
        var tiers = new Tiers(options.Tiers, budget, reserved, time, meter);
        var shelves = new Shelves(catalogue, popularity);
        var lookup = new ProfileLookup(documents, people, consent.Policy, time, decisions.ProfileDeadline);
        var step = new ExperimentStep(experiments, exposures, people, time, decisions.ProfileDeadline);
        var decider = new Decider(lookup, shelves, inForce, learned, step, decisionIds, decisionWriter, tiers, models.Served, models.Trials, time, decisions, meter);
        var messages = MessageParts.Build(documents, people, linker, consents, consent.Policy, homes, decisionIds, decisionWriter.Note, audit, options.Messages, step, lookup, shelves, time, meter);
        var eraser = new Eraser(Stores, new(documents, state.Ledger, state.Blobs, state.Embedded), rules, PrivacyParts.Last, Forget, time);
        var certificates = new Certificates(documents, audit, auditReader, proofs, checkpoints, signing, time);
        var privacy = PrivacyParts.Functions(
            options.Privacy, state, workflows, people, eraser, certificates, exclusions, new(documents, identityLog, rules, consents, consent.Policy, catalogue, audit, auditReader, decisionLog, Stores, time), models.Rollouts, audit, signing, time, meter);
        var (runs, gathering) = (new TrainingRuns(documents), new Personalization.Training.Runs.Gathering(documents, catalogue, options.Runs.Gathering));
        var rankers = new PublishingDesk<LearnedRankers, RankerSet>(learned, AuditTypes.RankersPromoted, audit);
        var ordering = new RankerDesk(new(decisionLog, new(documents), options.Runs.Ranking), rankers, options.Runs.Ranking);
        var privacyBudget = new RenewableBudget(documents, TrainingDesk.Dataset, options.Runs.Private.Learning, audit, time, meter);
        var training = new TrainingDesk(runs, gathering, ordering, models.Rollouts, privacyBudget, options.Runs, Hosting.Version.Text, time);
        var drift = new DriftWatch(runs, gathering, models.Rollouts, models.Served, options.Runs.Drift, time, meter);
        FunctionTable? table = null;
        var findings = new Findings(documents);
        var whole = state.Embedded is { } engine ? engine.Stream.Everything : (Func<Store, IEnumerable<DeliveredRecord>>?)null;
        var drills = new Drills(
            new(() => table!, options.Http), people, new(documents, time), documents, new(Stores, documents, state.Ledger, state.Blobs, whole), findings, audit, time, meter);
        table = new FunctionTable(
        [
            .. AuditFunctions.All(new(audit, auditReader, proofs, checkpoints, signing), new(auditReader, proofs, checkpoints, signing), people),
            .. CatalogueFunctions.All(catalogue),
            .. ConsentFunctions.All(desk, people, consent.GpcSince),
            .. DecisionFunctions.All(
                decider, new(companions.Of, decisions.Homepage), new(decisions.Search), new(companions.Of, decisions.Recommendations), people, new(popularity, companions, shelves),
                new(decisionIds, decisionLog, decisionWriter, catalogue, inForce)),
            .. EventFunctions.All(intake, featurizer, progress),
            .. ExperimentFunctions.All(new(experiments, AuditTypes.ExperimentsPromoted, audit), new(documents)),
            .. FeatureFunctions.All(Features, shapes),
            .. HealthFunctions.All([new("documents", stop => Writable(documents, stop), time), new("features", _ => new(featurizer.Works), time)]),
            .. IdentityFunctions.All(identity),
            .. LinkFunctions.All(signIns, people, desk),
            .. privacy,
            .. messages.Functions,
            .. models.Functions,
            .. MergeFunctions.All(merges, people, workflows),
            .. ProofFunctions.All(new(Stores, documents, state.Blobs, whole, findings, audit, time, meter), drills, findings, workflows),
            .. RuleFunctions.All(new(inForce, AuditTypes.RulesPromoted, audit), catalogue, new(decisionLog, shelves, time)),
            .. SaltFunctions.All(new(state.Salts, aliases, audit, time)),
            .. SegmentFunctions.All(new(reserved, budget, options.Tiers, time), new(documents, shelves, privacyBudget, options.Runs.Private.On, time)),
            .. StreamFunctions.All(stream, deadLetters, replays, people),
            .. RankerFunctions.All(rankers),
            .. TrainingFunctions.All(training, drift, workflows, time),
            .. VaultFunctions.All(vault, people, new(catalogue, time)),
            .. PersonChangeWorkflow.Functions(changes),
            .. DrillWorkflow.Functions(drills),
        ]);
        return new(table, catalogue, featurizer, evaluations, replays, new(audit), instances, agenda, meter)
        {
            Workflows = workflows, Rules = inForce, Campaigns = messages.Campaigns, Experiments = experiments, Exposures = exposures, Models = models, Training = training, PrivacyBudget = privacyBudget, DecisionIds = decisionIds, Decisions = decisionWriter,
            Preloads =
            [
                async stop => await catalogue.Loaded(stop), async stop => await inForce.Loaded(stop), async stop => await messages.Campaigns.Loaded(stop),
                async stop => await experiments.Loaded(stop), async stop => await reserved.Loaded(stop), async stop => await learned.Loaded(stop), models.Served.Preload, decisionIds.Preload,
            ],
        };

        void Forget(Subject subject)
        {
            people.Forget(subject);
            exposures.Forget(subject);
            decider.Forget(subject);
        }
    }

    /// <summary>Reads all that is to be there for the first call. A store that is down now may be up later.</summary>
    public async Task Preload()
    {
        foreach (var read in Preloads)
        {
            try { await read(CancellationToken.None); }
            catch (StoreUnavailableException) { }
            catch (InvalidDataException e) { throw new StateException([e.Message.TrimEnd('.')]); }
        }
    }

    // A store that answers reads may still be unable to take anything: a full disk, a missing right.
    private static async ValueTask<bool> Writable(IDocuments documents, CancellationToken stop) =>
        (await documents.Put(TimerRecord.Store, "health", "probe", "{}"u8.ToArray(), Condition.None, TimeSpan.FromMinutes(1), stop)).Ok;

    /// <summary>The function table alone, without anybody's state.</summary>
    public static async Task<FunctionTable> TableAlone()
    {
        await using var state = await State.InMemory(Stores, TimeProvider.System);
        return Build(AppOptions.Read(new([])), state, TimeProvider.System).Table;
    }
}
