using System.Text.Json;
using System.Text.Json.Serialization;
using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions.Arranging;
using Personalization.Decisions.Explaining;
using Personalization.Events.Streaming;
using Personalization.Events;
using Personalization.Experiments;
using Personalization.Functions.Durable.Hosted;
using Personalization.Functions.Hosting.Envelopes;
using Personalization.Functions.Hosting.Http;
using Personalization.Functions.Hosting.Security;
using Personalization.Functions.Hosting;
using Personalization.Functions.Triggers;
using Personalization.Functions.Workflows;
using Personalization.Identity.Explaining;
using Personalization.Identity.Merging;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Deciding;
using Personalization.Privacy.Proving;
using Personalization.Privacy.Requests;
using Personalization.Publishing;
using Personalization.Rules;
using Personalization.Segments;
using Personalization.Training.Evaluating;
using Personalization.Training.Runs;
using Personalization.Vault;

namespace Personalization.Functions;

/// <summary>Every shape that enters or leaves the process. A type that is not listed here cannot.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 32)]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(TrainingRun))]
[JsonSerializable(typeof(TrainingListed))]
[JsonSerializable(typeof(TrainingStatus))]
[JsonSerializable(typeof(TrainingStart))]
[JsonSerializable(typeof(PrivacyBudgetShown))]
[JsonSerializable(typeof(RenewRequest))]
[JsonSerializable(typeof(TrainingStatus))]
[JsonSerializable(typeof(PromoteRequest))]
[JsonSerializable(typeof(RollbackRequest))]
[JsonSerializable(typeof(ModelsListed))]
[JsonSerializable(typeof(ListedModel))]
[JsonSerializable(typeof(ListedRollout))]
[JsonSerializable(typeof(ChampionShown))]
[JsonSerializable(typeof(ShadowReport))]
[JsonSerializable(typeof(CanaryReport))]
[JsonSerializable(typeof(FoundEntries))]
[JsonSerializable(typeof(InclusionProof))]
[JsonSerializable(typeof(ConsistencyProof))]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(AuditKeysListed))]
[JsonSerializable(typeof(StreamState))]
[JsonSerializable(typeof(FeaturesListed))]
[JsonSerializable(typeof(PassRequest))]
[JsonSerializable(typeof(IssuedPass))]
[JsonSerializable(typeof(VaultContent))]
[JsonSerializable(typeof(EpochsListed))]
[JsonSerializable(typeof(LinkRequest))]
[JsonSerializable(typeof(LinksMade))]
[JsonSerializable(typeof(NamedIdentity))]
[JsonSerializable(typeof(SubjectFound))]
[JsonSerializable(typeof(RotationRequest))]
[JsonSerializable(typeof(LettersListed))]
[JsonSerializable(typeof(IdentityReport))]
[JsonSerializable(typeof(CasesListed))]
[JsonSerializable(typeof(MergeRequest))]
[JsonSerializable(typeof(ReviewRequest))]
[JsonSerializable(typeof(HeldChange))]
[JsonSerializable(typeof(Drill))]
[JsonSerializable(typeof(DrillEnd))]
[JsonSerializable(typeof(DrillStatus))]
[JsonSerializable(typeof(DrillsListed))]
[JsonSerializable(typeof(RetentionListed))]
[JsonSerializable(typeof(RetentionReport))]
[JsonSerializable(typeof(MergeAnswer))]
[JsonSerializable(typeof(PersonChange))]
[JsonSerializable(typeof(ChangeOutcome))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(ReplayRequest))]
[JsonSerializable(typeof(ReplayState))]
[JsonSerializable(typeof(PrivacyAsked))]
[JsonSerializable(typeof(ShownToken))]
[JsonSerializable(typeof(DenialAsked))]
[JsonSerializable(typeof(PrivacyStatus))]
[JsonSerializable(typeof(RequestsListed))]
[JsonSerializable(typeof(LinkGiven))]
[JsonSerializable(typeof(DsrRequest))]
[JsonSerializable(typeof(DsrExtension))]
[JsonSerializable(typeof(DsrDiscovery))]
[JsonSerializable(typeof(DsrReceipt))]
[JsonSerializable(typeof(DsrStatus))]
[JsonSerializable(typeof(DsrCancelled))]
[JsonSerializable(typeof(DsrFailure))]
[JsonSerializable(typeof(Gate))]
[JsonSerializable(typeof(FailedStep))]
[JsonSerializable(typeof(MemberStep))]
[JsonSerializable(typeof(Notice))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(long))]
[JsonSerializable(typeof(DateTimeOffset))]
[JsonSerializable(typeof(DateTimeOffset?))]
[JsonSerializable(typeof(List<Item>))]
[JsonSerializable(typeof(List<ItemChange>))]
[JsonSerializable(typeof(ItemsChanged))]
[JsonSerializable(typeof(List<AttributeDeclaration>))]
[JsonSerializable(typeof(AttributesDeclared))]
[JsonSerializable(typeof(AttributesListed))]
[JsonSerializable(typeof(ItemsUpserted))]
[JsonSerializable(typeof(DecisionReport))]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(MessageReport))]
[JsonSerializable(typeof(SimulationRequest))]
[JsonSerializable(typeof(SimulationReport))]
[JsonSerializable(typeof(ExperimentSet))]
[JsonSerializable(typeof(ExperimentsPublished))]
[JsonSerializable(typeof(RankerSet))]
[JsonSerializable(typeof(SegmentSizes))]
[JsonSerializable(typeof(RuleSet))]
[JsonSerializable(typeof(RulesPublished))]
[JsonSerializable(typeof(Reservation))]
[JsonSerializable(typeof(BudgetShown))]
[JsonSerializable(typeof(RevertRequest))]
[JsonSerializable(typeof(Reverted))]
[JsonSerializable(typeof(IReadOnlyList<Move>))]
[JsonSerializable(typeof(CampaignSet))]
[JsonSerializable(typeof(CampaignsPublished))]
[JsonSerializable(typeof(MessageRequest))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(ReservationSettled))]
[JsonSerializable(typeof(ConsentRequest))]
[JsonSerializable(typeof(ConsentAnswer))]
[JsonSerializable(typeof(GpcSupport))]
[JsonSerializable(typeof(Home))]
[JsonSerializable(typeof(Readiness))]
[JsonSerializable(typeof(ProblemBody))]
[JsonSerializable(typeof(DurableClient))]
[JsonSerializable(typeof(HostedInstance))]
[JsonSerializable(typeof(IReadOnlyList<HostedInstance>))]
[JsonSerializable(typeof(EnvelopeReply))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(FunctionManifest))]
[JsonSerializable(typeof(ClientPrincipal))]
[JsonSerializable(typeof(LocalSettings))]
internal sealed partial class Json : JsonSerializerContext
{
    /// <summary>For files that people read.</summary>
    public static Json Readable { get; } = new(new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true, NewLine = "\n" });
}
