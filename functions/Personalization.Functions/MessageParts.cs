using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Functions.Hosting;
using Personalization.Functions.Triggers;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Messages;
using Personalization.Messages.Campaigns;
using Personalization.Messages.Caps;
using Personalization.Messages.Deciding;
using Personalization.Profiles;
using Personalization.Publishing;
using Personalization.Storage;

namespace Personalization.Functions;

/// <summary>What decides about messages, put together by hand.</summary>
/// <param name="Campaigns">What marketers have in force.</param>
/// <param name="Functions">Its calls.</param>
internal sealed record MessageParts(Published<CompiledCampaigns> Campaigns, IEnumerable<Function> Functions)
{
    public static MessageParts Build(
        IDocuments documents, People people, Linker linker, ConsentLedger consents, ConsentPolicy policy, CapHomes homes, DecisionIds ids, NoteDecision note,
        AuditLog audit, MessageOptions options, ExperimentStep experiments, ProfileLookup profiles, Shelves shelves, TimeProvider time, Meter meter)
    {
        var campaigns = new Published<CompiledCampaigns>(documents, CompiledCampaigns.Artefact, time, meter);
        var book = new CapBook(new(documents), homes, Members(linker), time);
        var found = new MessagePeople(people, linker, consents, new Tombstones(documents), policy, time, options, (user, visitor, stop) => PersonSegments.Read(profiles, shelves, user, visitor, time, stop));
        return new(campaigns,
        [
            .. CampaignFunctions.All(new(campaigns, AuditTypes.CampaignsPromoted, audit)),
            .. MessageFunctions.All(new(campaigns, found, book, ids, note, time, options, (person, request, at, stop) => experiments.HeldOut(person.Subject, person.Members, person.Denied, request.User, request.Visitor, at, stop), meter), new(book, ids, time, meter), people, time),
        ]);
    }

    /// <summary>Who is who, as it is now.</summary>
    public static MembersOf Members(Linker linker) => async (subject, stop) => (await linker.Graph([subject], stop)).ClusterOf(subject).Members;
}
