using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Tests.Events;

namespace Personalization.Tests.Identity;

/// <summary>Whoever signs in brings their browser along; a browser of two is put before a person.</summary>
public sealed class SignInsTests : IAsyncDisposable
{
    private readonly Sending sending = new();
    private int events;

    [Fact]
    public async Task A_new_browser_of_somebody_who_signed_in_is_theirs()
    {
        await Seen("ann", "laptop");
        Assert.Equal(sending.People.Of("ann", null), sending.People.Of(null, "laptop"));
    }

    [Fact]
    public async Task A_browser_that_was_somebody_nameless_is_joined_and_keeps_what_it_has()
    {
        await Seen(null, "laptop");
        var before = sending.People.Of(null, "laptop");
        await Seen("ann", "laptop");
        var ann = sending.People.Of("ann", null);
        Assert.NotEqual(before, ann);
        Assert.Equal(before, sending.People.Of(null, "laptop"));
        Assert.True((await Graph(ann)).ClusterOf(ann).Contains(before));
        Assert.Empty((await Graph(ann)).Cases);
    }

    [Fact]
    public async Task Of_two_who_sign_in_with_one_browser_neither_becomes_the_other_and_somebody_is_asked()
    {
        await Seen(null, "tablet");
        await Seen("ann", "tablet");
        await Seen("bob", "tablet");
        var (ann, bob) = (sending.People.Of("ann", null), sending.People.Of("bob", null));
        var graph = await Graph(ann);
        Assert.False(graph.ClusterOf(ann).Contains(bob));
        Assert.Equal(QuarantineReason.UniqueConflict, Assert.Single(graph.Cases).Asked.Why);
    }

    [Fact]
    public async Task It_holds_over_a_rotation()
    {
        await Seen(null, "tablet");
        await Seen("ann", "tablet");
        await sending.Rotate();
        await Seen("ann", "tablet");
        await Seen("bob", "tablet");
        var (ann, bob) = (sending.People.Of("ann", null), sending.People.Of("bob", null));
        var graph = await Graph(ann);
        Assert.True(graph.ClusterOf(ann).Contains(sending.People.Of(null, "tablet")));
        Assert.False(graph.ClusterOf(ann).Contains(bob));
        Assert.Equal(QuarantineReason.UniqueConflict, Assert.Single(graph.Cases).Asked.Why);
    }

    [Fact]
    public async Task Of_a_dropped_event_nothing_is_concluded()
    {
        Assert.Equal("dropped", (await sending.One("""{"id":"e","type":"view","user":"ann","visitor":"laptop","item":"boot"}""")).Status);
        Assert.Null(await sending.People.Find("ann", null, default));
        Assert.Null(await sending.People.Find(null, "laptop", default));
    }

    [Fact]
    public async Task A_shared_device_makes_likely_and_joins_nobody()
    {
        var (ann, bob, device) = (Id(Namespaces.User, "ann"), Id(Namespaces.User, "bob"), Id(Namespaces.Device, "tv"));
        Assert.Equal(LinkStatus.Linked, (await sending.SignIns.Link(ann, device, 0, default)).Status);
        Assert.Equal(LinkStatus.Noted, (await sending.SignIns.Link(Id(Namespaces.Visitor, "laptop"), device, 0, default)).Status);
        Assert.Equal(LinkStatus.Noted, (await sending.SignIns.Link(bob, device, 0, default)).Status);
        var one = sending.People.Of("ann", null);
        var graph = await Graph(one);
        Assert.Equal([one], graph.ClusterOf(one).Members);
        // Bob is somebody: he signed in under another name.
        Assert.Equal([sending.People.Of(null, "laptop")], Assert.Single(Likeliness.Edges(graph, graph.ClusterOf(one))).Members);
    }

    public ValueTask DisposeAsync() => sending.DisposeAsync();

    private static Identifier Id(Namespace space, string text) => new(space, System.Text.Encoding.UTF8.GetBytes(text));

    private async Task Seen(string? user, string visitor) => Assert.Equal("accepted", (await sending.One(
        $$"""{"id":"e{{++events}}","type":"view",{{(user is null ? "" : $"\"user\":\"{user}\",")}}"visitor":"{{visitor}}","item":"boot","consent":{"personalization":true} }""")).Status);

    private async Task<IdentityGraph> Graph(Subject subject) => await new Linker(new(sending.Storage.Documents, sending.Clock), Meeting.Rules).Graph([subject], default);
}
