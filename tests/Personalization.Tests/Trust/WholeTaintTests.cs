using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Decisions;
using Personalization.Decisions.Candidates;
using Personalization.Tests.Events;

namespace Personalization.Tests.Trust;

/// <summary>
/// Devices that allow anything and nothing are joined, change their minds and are parted: no decision for any of them has a
/// number in it that rests on what one of its person refuses, or on another device where crossing over is not allowed.
/// </summary>
public sealed class WholeTaintTests : IAsyncLifetime
{
    private const int Devices = 300;
    private const int Each = 6;

    /// <summary>What speaks of the one event that alone has the category, brand or item.</summary>
    private static readonly Column[] Speaking = [Column.Category, Column.Brand, Column.Session, Column.Seen, Column.SeenStrongly, Column.Searched, Column.Purchased];

    private static readonly string[] Types = ["view", "add_to_cart", "purchase", "search"];

    private readonly TaintWorld world = new();
    private readonly Random random = new(18);
    private readonly Words[] said = [.. Enumerable.Repeat(Words.Nothing, Devices)];
    private readonly string?[] livesIn = new string?[Devices];
    private readonly int[][] persons = [.. Enumerable.Range(0, Devices).Select(d => new[] { d })];
    private readonly List<Sent> events = [];
    private int own;
    private int crossed;
    private int opened;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task No_decision_rests_on_what_one_of_the_person_refuses()
    {
        for (var d = 0; d < Devices; d++)
            for (var n = 0; n < Each; n++) events.Add(new(d, n, Types[random.Next(Types.Length)], third: random.Next(8) == 0, null));
        await world.Stock(events);
        for (var d = 0; d < Devices; d++) await Decide(d);
        await world.Send(events.Select(Body));
        await world.Featurize();
        await Check();

        // Threes, twos and ones.
        for (var d = 0; d + 2 < Devices; d += 6) await Join(d, d + 1, d + 2);
        for (var d = 3; d + 2 < Devices; d += 6) await Join(d, d + 1);
        await Check();
        Assert.True(crossed > 100, $"{crossed}");

        for (var i = 0; i < Devices / 2; i++) await Decide(random.Next(Devices));
        await Check();
        for (var d = 3; d + 2 < Devices; d += 6) await Part(d, d + 1);
        await Check();

        // Else one that knows nobody would pass.
        Assert.True(own > 1000 && opened > 200, $"{own} {opened}");
    }

    private async Task Decide(int device)
    {
        var each = Words.Purposes.Select(p => (Purpose: p, Word: random.Next(40))).ToList();
        var words = Words.Of(each.Where(w => w.Word < 36).Select(w => w.Purpose), each.Where(w => w.Word == 39).Select(w => w.Purpose));
        var region = random.Next(3) switch { 0 => "US", 1 => "DE", _ => null };
        await world.Decide(device, words, gpc: false, region);
        (said[device], livesIn[device]) = (said[device].Then(words), region ?? livesIn[device]);
    }

    private async Task Join(params int[] devices)
    {
        foreach (var other in devices.Skip(1)) await world.Join(devices[0], other);
        foreach (var device in devices) persons[device] = devices;
    }

    private async Task Part(int one, int other)
    {
        await world.Part(one, other);
        (persons[one], persons[other]) = ([one], [other]);
    }

    private static string Body(Sent e) => Sending.View(
        e.Name, $"v{e.Person}", e.Item, """{"personalization":true,"sensitive":true,"thirdParty":true}""",
        $$""","context":{"channel":"{{(e.ThirdParty ? "third-party" : "web")}}"}{{(e.Type == "search" ? $",\"query\":\"cheap {e.Word} please\"" : "")}}""").Replace("view", e.Type, StringComparison.Ordinal);

    private async Task Check()
    {
        for (var device = 0; device < Devices; device++)
        {
            // Their own, those of whoever they are joined with, and those of somebody who is nothing to them.
            int[] near = [.. Enumerable.Range((device / 6) * 6, 6)];
            var shown = events.Where(e => near.Contains(e.Person)).ToList();
            var d = await world.Search(device, shown.Select(e => e.Item));
            if (persons[device].Any(m => said[m].Refuses("personalization"))) Assert.Equal(0u, d.Pool.Filled & Columns.Personal);
            if (persons[device].Any(m => said[m].Refuses("sensitive"))) Assert.Null(d.Person.Vault);
            foreach (var e in shown) Check(device, e, d);
        }
    }

    private void Check(int device, Sent e, Decision d)
    {
        var candidate = Array.IndexOf(d.Pool.Keys, ItemKey.Of(e.Item).Value, 0, d.Pool.Count);
        foreach (var column in Speaking.Where(c => d.Pool.Value(c, candidate) != 0))
        {
            var (signal, what) = (column == Column.Searched ? SignalClass.Search : SignalClass.Interaction, $"{column} for {device} by {e.Name} ({e.Type})");
            Assert.True(persons[device].Contains(e.Person), $"{what} is somebody else's");
            Assert.False(persons[device].Any(m => said[m].RefusesAny(e, signal)), $"{what} rests on what is refused");
            Assert.True(e.Person == device || Crosses(persons[device]), $"{what} crosses over");
            if (e.Person == device) own++;
            else crossed++;
            if (column is Column.Searched or Column.Purchased) opened++;
        }
    }

    /// <summary>A yes takes that every one of them says yes; where nobody says no, the strictest law of where they are.</summary>
    private bool Crosses(int[] members) => new[] { "personalization", "crossDevice" }.All(p =>
        !members.Any(m => said[m].Refuses(p)) && (members.All(m => said[m].Yes.Contains(p)) || members.All(m => livesIn[m] == "US")));
}
