using Personalization.Consent;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Rules;
using Personalization.Storage;

namespace Personalization.Messages.Deciding;

/// <summary>Who somebody is, for messages: the one place that knows how people are found.</summary>
public sealed class MessagePeople(People people, Linker linker, ConsentLedger consents, Tombstones tombstones, ConsentPolicy policy, TimeProvider time, MessageOptions options, Func<string?, string?, CancellationToken, ValueTask<ulong[]?>> segments)
{
    private static readonly ulong[] UnknownSegment = [CompiledRules.SegmentKey("unknown")];

    /// <summary>Within the deadline; <see cref="MessagePerson.Unreadable"/> where that is over or a store does not answer.</summary>
    public async ValueTask<MessagePerson> Find(string? user, string? visitor, Region region, CancellationToken stop)
    {
        try { return await Read(user, visitor, region, stop).WaitAsync(options.Deadline, time, stop); }
        catch (Exception e) when (e is TimeoutException or IOException or StoreUnavailableException or InvalidDataException) { return MessagePerson.Unreadable; }
    }

    /// <summary>Enters somebody who is to be remembered from now on.</summary>
    public ValueTask<Pseudonym> Meet(string? user, string? visitor, CancellationToken stop) => people.Meet(user, visitor, stop);

    private async Task<MessagePerson> Read(string? user, string? visitor, Region region, CancellationToken stop)
    {
        if (await people.Find(user, visitor, stop) is not { } subject) return new(null, policy.Standard(region), UnknownSegment, true, []);
        // Of somebody who was erased nothing is known, and nothing is to be kept under the old number.
        if (await tombstones.Stands(subject, stop)) return new(null, Purposes.None, default, true, []);
        var graph = await linker.Graph([subject], stop);
        var words = new List<(Subject, SideConsent)>();
        foreach (var member in graph.ClusterOf(subject).Members) words.Add((member, Somewhere(await MergeSides.Consent(consents, graph, member, stop), region)));
        var (joint, placed) = (JointConsent.Of(words), await segments(user, visitor, stop));
        return new(subject, joint.Allowed(policy), placed, true, [.. words.Select(w => w.Item1)]) { Denied = joint.Vote().Denied, IsPlaced = placed is not null };
    }

    // Who never said where they are is where they are now.
    private static SideConsent Somewhere(SideConsent side, Region region) => side.Region.Region == Region.Unknown ? side with { Region = (side.Region.Sequence, region) } : side;
}
