using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Personalization.Audit;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions.Arranging;
using Personalization.Events;
using Personalization.Events.Streaming;
using Personalization.Experiments;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Whole;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Caps;
using Personalization.Models.Guarding;
using Personalization.Models.Registry;
using Personalization.Models.Rollouts;
using Personalization.Models.Shadowing;
using Personalization.Privacy.Certifying;
using Personalization.Privacy.Exporting;
using Personalization.Privacy.Proving;
using Personalization.Privacy.Requests;
using Personalization.Publishing;
using Personalization.Rules;
using Personalization.Segments;
using Personalization.Training;
using Personalization.Training.Drifting;
using Personalization.Training.Evaluating;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Runs;

namespace Personalization;

/// <summary>Every shape that is written to a store. A type that is not listed here cannot be stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 16)]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(ReplayJob))]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(IReadOnlyList<AttributeDeclaration>))]
[JsonSerializable(typeof(PolicyRecord))]
[JsonSerializable(typeof(Pointer))]
[JsonSerializable(typeof(RuleSet))]
[JsonSerializable(typeof(RankerSet))]
[JsonSerializable(typeof(ReservationBook))]
[JsonSerializable(typeof(SegmentSizes))]
[JsonSerializable(typeof(CampaignSet))]
[JsonSerializable(typeof(CapDocument))]
[JsonSerializable(typeof(ExperimentSet))]
[JsonSerializable(typeof(Definition))]
[JsonSerializable(typeof(IReadOnlyList<ExposureRow>))]
[JsonSerializable(typeof(ConsentRow))]
[JsonSerializable(typeof(EpochBook))]
[JsonSerializable(typeof(IReadOnlyList<LinkRow>))]
[JsonSerializable(typeof(IdentityEvent))]
[JsonSerializable(typeof(List<IdentityEvent>))]
[JsonSerializable(typeof(PersonRecord))]
[JsonSerializable(typeof(KeptKey))]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(ExportHeader))]
[JsonSerializable(typeof(ExportEntry))]
[JsonSerializable(typeof(InclusionProof))]
[JsonSerializable(typeof(RetentionReport))]
[JsonSerializable(typeof(Drill))]
[JsonSerializable(typeof(PrivacyRequest))]
[JsonSerializable(typeof(PersonReport))]
[JsonSerializable(typeof(PendingExclusion))]
[JsonSerializable(typeof(EvaluationReport))]
[JsonSerializable(typeof(TrainingRun))]
[JsonSerializable(typeof(Picture))]
[JsonSerializable(typeof(DriftFinding))]
[JsonSerializable(typeof(Rollout))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(TrialRow))]
[JsonSerializable(typeof(ShadowSums))]
[JsonSerializable(typeof(BudgetBook))]
[JsonSerializable(typeof(BudgetRenewals))]
[JsonSerializable(typeof(ErasureCertificate))]
[JsonSerializable(typeof(CertificateDraft))]
internal sealed partial class Stored : JsonSerializerContext
{
    /// <summary>The value in a body, or null where the body holds something else: another version's shape, or damage.</summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, JsonTypeInfo<T> type) where T : class
    {
        try { return JsonSerializer.Deserialize(body.Span, type); }
        catch (JsonException) { return null; }
    }
}
