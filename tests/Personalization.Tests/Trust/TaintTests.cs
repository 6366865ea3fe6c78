using Personalization.Consent;
using Personalization.Tests.Events;

namespace Personalization.Tests.Trust;

/// <summary>
/// Ten thousand people who allow anything and nothing, in two countries of silence, and withdraw in the middle: nothing of
/// what they did not allow is in anything stored about them or handed to the recommender, and what they allowed is.
/// </summary>
public sealed class TaintTests : IAsyncLifetime
{
    private const int People = 10_000;
    private static readonly string[] Types = ["view", "click", "add_to_cart", "purchase", "purchase", "search", "search"];

    private readonly TaintWorld world = new();
    private readonly Markers markers = new();
    private readonly Random random = new(2026);
    private readonly Words[] said = [.. Enumerable.Repeat(Words.Nothing, People)];
    private readonly string?[] livesIn = new string?[People];
    private readonly Dictionary<string, int> arrived = [];
    private readonly Dictionary<string, int> kept = [];
    private HashSet<int> withdrew = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => world.DisposeAsync().AsTask();

    [Fact]
    public async Task Nothing_a_person_did_not_allow_is_stored_or_scored_and_what_they_allowed_is()
    {
        var (before, between, after) = (Events(0, 3), Events(3, 2), Events(5, 2));
        await world.Stock([.. before, .. between, .. after]);

        for (var p = 0; p < People; p++)
            if (random.Next(10) < 6) await Decide(p, random.Next(4) == 0 ? "DE" : random.Next(3) == 0 ? "US" : null);
        await Send(before);
        await world.Featurize();
        Featurized(before);
        await Check(before, positive: true);

        // Accepted, and still in the stream while people change their minds.
        await Send(between);
        withdrew = [.. Enumerable.Range(0, People).Where(_ => random.Next(2) == 0)];
        foreach (var p in withdrew) await Decide(p, random.Next(4) == 0 ? "US" : null);
        await Check(before, positive: false);

        await Send(after);
        await world.Featurize();
        Featurized([.. between, .. after]);
        await Check([.. before, .. between, .. after], positive: false);
        await Check([.. between, .. after], positive: true);
        await CheckStatistics();

        // What is allowed must arrive, else a pipeline that drops everything would pass.
        Assert.All(new[] { "view", "click", "add_to_cart", "purchase", "search", "location", "third" }, k => Assert.True(arrived.GetValueOrDefault(k) > 500, $"{k}: {arrived.GetValueOrDefault(k)}"));
        Assert.All(new[] { "view", "purchase" }, k => Assert.True(kept.GetValueOrDefault(k) > 100, $"{k} kept over a decision: {kept.GetValueOrDefault(k)}"));
    }

    private List<Sent> Events(int first, int count) =>
        [.. Enumerable.Range(0, People).SelectMany(p => Enumerable.Range(first, count).Select(n =>
        {
            var third = random.Next(4) == 0;
            var e = new Sent(p, n, Types[random.Next(Types.Length)], third, random.Next(2) == 0 ? null : Region((p * 7) + n));
            markers.Plant(e);
            return e;
        }))];

    private async Task Decide(int person, string? region)
    {
        var (words, gpc) = (Words.Random(random), random.Next(8) == 0);
        if (words.Json() == "{}") gpc = true;
        await world.Decide(person, words, gpc, region);
        said[person] = said[person].Then(gpc ? words.And(Words.PrivacyControl) : words);
        livesIn[person] = region ?? livesIn[person];
    }

    private async Task Send(IReadOnlyList<Sent> events)
    {
        var accepted = await world.Send(events.Select(Body));
        foreach (var e in events) Assert.Equal(e.Accepted.Allows(e, SignalClass.Interaction, e.Region), accepted.Contains(e.Name));
    }

    private string Body(Sent e)
    {
        var (flags, gpc) = (random.Next(3) == 0 ? Words.Nothing : Words.Random(random), random.Next(10) == 0);
        e.Accepted = said[e.Person].And(gpc ? flags.And(Words.PrivacyControl) : flags);
        var context = $$"""{"channel":"{{(e.ThirdParty ? "third-party" : "web")}}"{{(e.Region is null ? "" : $",\"region\":\"{e.Region}\"")}}}""";
        var consent = gpc ? flags.Json().TrimEnd('}') + (flags.Json() == "{}" ? "" : ",") + "\"gpc\":true}" : flags.Json();
        return Sending.View(e.Name, $"v{e.Person}", e.Item, consent, $$""","context":{{context}}{{(e.Type == "search" ? $",\"query\":\"cheap {e.Word} please\"" : "")}}""").Replace("view", e.Type, StringComparison.Ordinal);
    }

    private void Featurized(IEnumerable<Sent> events)
    {
        foreach (var e in events) e.Featurized = said[e.Person];
    }

    private async Task Check(IReadOnlyList<Sent> events, bool positive)
    {
        foreach (var theirs in events.GroupBy(e => e.Person))
        {
            var (profile, vault, scored) = await world.Of(theirs.Key);
            var (inProfile, inVault) = (markers.In(profile), markers.In(vault));
            foreach (var (e, signal) in inProfile.Concat(inVault).Concat(markers.In(scored)))
            {
                var what = $"{signal} of {e.Name} ({e.Type}{(e.ThirdParty ? ", third party" : "")})";
                Assert.True(e.Person == theirs.Key, $"{what} is with {theirs.Key}");
                Assert.True(e.Accepted.Allows(e, signal, e.Region), $"{what} is stored although it was not allowed when it was sent");
                Assert.False(e.Featurized.RefusesAny(e, signal), $"{what} is stored although it was refused when it was featurized");
                Assert.False(said[e.Person].RefusesAny(e, signal), $"{what} is stored although it is refused");
            }

            // The vault is under explicit opt-in, whatever it is about.
            Assert.All(inVault, m => Assert.True(m.Event.Accepted.Allows("sensitive", m.Event.Region), m.Event.Name));
            Assert.DoesNotContain(inProfile, m => m.Class is SignalClass.Search or SignalClass.Location || m.Event.Type == "purchase");
            foreach (var e in theirs) Arrived(e, inProfile, inVault, positive);
        }
    }

    private void Arrived(Sent e, HashSet<(Sent, SignalClass)> profile, HashSet<(Sent, SignalClass)> vault, bool positive)
    {
        if (!positive)
        {
            if (withdrew.Contains(e.Person) && (e.Type == "purchase" ? vault : profile).Contains((e, SignalClass.Interaction))) kept[e.Type] = kept.GetValueOrDefault(e.Type) + 1;
            return;
        }

        bool Allowed(SignalClass s) => e.Accepted.Allows(e, s, e.Region) && !e.Featurized.RefusesAny(e, s);
        var optedIn = e.Accepted.Allows("sensitive", e.Region) && !e.Featurized.Refuses("sensitive");
        if (e.Type is not ("search" or "purchase") && Allowed(SignalClass.Interaction)) Expect(e.Type, profile.Contains((e, SignalClass.Interaction)));
        if (e.Type == "purchase" && Allowed(SignalClass.Interaction)) Expect("purchase", vault.Contains((e, SignalClass.Interaction)));
        if (e.Type == "search" && Allowed(SignalClass.Search)) Expect("search", vault.Contains((e, SignalClass.Search)));
        if (e.Region is not null && optedIn && Allowed(SignalClass.Location)) Expect("location", vault.Contains((e, SignalClass.Location)));
        if (e.ThirdParty && e.Type is not ("search" or "purchase") && Allowed(SignalClass.Interaction)) Expect("third", profile.Contains((e, SignalClass.Interaction)));

        void Expect(string kind, bool there)
        {
            Assert.True(there, $"{kind} of {e.Name} is allowed and did not arrive");
            arrived[kind] = arrived.GetValueOrDefault(kind) + 1;
        }
    }

    private async Task CheckStatistics()
    {
        var counted = (await world.Counted()).SelectMany(s => markers.In(s)).ToHashSet();
        Assert.True(counted.Count > 1000);
        Assert.All(counted, m => Assert.True(m.Event.Accepted.Allows(m.Event, m.Class, m.Event.Region) && !m.Event.Featurized.RefusesAny(m.Event, m.Class), $"{m.Class} of {m.Event.Name} is counted"));
    }

    /// <summary>A part of a country for each event: half of them where silence is a yes.</summary>
    private static string Region(int number)
    {
        const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        var n = number / 2;
        return $"{(number % 2 == 0 ? "US" : "DE")}-{Letters[n / 1296 % 36]}{Letters[n / 36 % 36]}{Letters[n % 36]}";
    }
}
