using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;
using Personalization.Functions.Triggers;
using Personalization.Functions.Workflows;
using Personalization.Identity;
using Personalization.Models.Rollouts;
using Personalization.Privacy.Certifying;
using Personalization.Privacy.Erasing;
using Personalization.Privacy.Exporting;
using Personalization.Privacy.Requests;
using Personalization.Storage;
using Personalization.Training;

namespace Personalization.Functions;

/// <summary>What carries out what people ask for about their data, put together by hand.</summary>
internal static class PrivacyParts
{
    public static readonly IReadOnlyList<Store> Stores = [PrivacyRequest.Store, PrivacyRequest.Index, Exports.Files, Exports.Keys];

    /// <summary>Stores that an erasure itself rests on, and that go with its last step.</summary>
    public static readonly IReadOnlyList<Store> Last = [PrivacyRequest.Store, PrivacyRequest.Index];

    /// <summary>Its calls, timers, workflows and steps.</summary>
    public static IEnumerable<Function> Functions(
        PrivacyOptions options, State state, IWorkflows workflows, People people, Eraser eraser, Certificates certificates, Exclusions exclusions, PersonReader reader, RolloutDesk rollouts, AuditLog audit, SigningKeys keys, TimeProvider time, Meter meter)
    {
        var (book, holds, exports, waking) = (new RequestBook(state.Documents, time), new Holds(state.Documents), new Exports(state.Documents, state.Blobs), new RequestWaking(workflows));
        var (signer, intake) = (new Signer(keys, time), new OpenDsrIntake(people, options, time));
        var desk = new RequestDesk(book, people, options, time, waking.Wake);
        var callbacks = new StatusCallbacks(book, signer, options, StatusCallbacks.Client(options), meter);
        return
        [
            .. PrivacyFunctions.All(desk, new(book, exports, reader, audit, options, time), certificates, new RequestKeeper(book, holds, waking.Wake, new RequestHistories(workflows).Purge, time, meter).Reporting(), people, options, time),
            .. OpenDsrFunctions.All(desk, intake, signer, options, time),
            .. RequestWork.All(new(book, eraser, holds), new(book, eraser, certificates, exclusions, exports, rollouts.Learned, options, time), new(book, reader, exports, holds, audit, options, time), callbacks),
        ];
    }
}
