using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Storage;
using Personalization.Tests.Audit;
using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>What the audit log says of somebody who was erased.</summary>
public sealed class ErasedInAuditTests : IAsyncDisposable
{
    private readonly Scratch scratch = new();
    private readonly ErasingWorld world;

    public ErasedInAuditTests() => world = new(scratch.Path);

    [Fact]
    public async Task The_audit_log_still_verifies_and_says_of_the_person_nothing()
    {
        var ann = await world.Live("ann");
        var reader = new AuditReader(world.Sending.Audit, new(world.Storage.Documents));
        Assert.NotEmpty((await reader.Find(new(null, null, null, null), ann[0], 0, 100, default)).Entries);
        await world.Erase(ann);
        Assert.Empty((await reader.Find(new(null, null, null, null), ann[0], 0, 100, default)).Entries);
        Assert.NotEmpty((await reader.Find(new(AuditTypes.ConsentChanged, null, null, null), null, 0, 100, default)).Entries);
        using var meter = new Meter("tests");
        var check = await new AuditParts(world.Storage.Documents, world.Storage.Blobs, world.Secrets, world.Clock, new(TimeSpan.FromDays(365), TimeSpan.FromDays(30)), meter).Check();
        Assert.True(check.Good, check.Says);
    }

    [Fact]
    public async Task What_is_told_of_somebody_erased_is_told_of_nobody()
    {
        var user = (await world.Live("ann"))[0];
        await world.Erase(user);
        await world.Sending.Audit.Append(new(AuditTypes.ConsentChanged, user, new Dictionary<string, string>(), new Dictionary<string, string> { ["granted"] = "all" }), default);
        var told = (await InMemory.Entries(world.Sending.Audit))[^1];
        Assert.True(told.Tag.IsEmpty && told.Sealed.IsEmpty);
        Assert.Equal(Status.NotFound, (await world.Storage.Documents.Get(AuditKeys.Store, $"{user}", "key", default)).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await world.DisposeAsync();
        scratch.Dispose();
    }
}
