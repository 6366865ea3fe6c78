using System.Collections.Concurrent;
using Personalization.Functions;
using Personalization.Functions.Durable.Hub;
using Personalization.Functions.Hosting;
using Personalization.Storage.Embedded;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Durable.Hub;

/// <summary>What happens to a hub from outside, step by step; between the steps it does all it can. A process may die at any of its calls.</summary>
internal sealed record Scenario(string Name, IReadOnlyList<Func<Cast, Function>> Functions, IReadOnlyList<Func<Cast, Task>> Steps)
{
    public override string ToString() => Name;

    /// <summary>Plays it, through as many deaths as are given, and says how it ended.</summary>
    /// <param name="deaths">For each process the call at which it dies, and whether that call still takes effect.</param>
    /// <param name="pick">Which of several things comes first.</param>
    public async Task<Ending> Play(IReadOnlyList<(int At, bool After)> deaths, Func<int, int>? pick = null)
    {
        var clock = new ManualClock();
        await using var storage = InMemory.Storage(clock);
        var cast = new Cast(clock);
        var (life, calls) = (0, 0);
        var mortal = Process(storage, deaths, life);
        var world = new World(new(Functions.Select(f => f(cast))), mortal, clock);
        for (var step = 0; step <= Steps.Count;)
        {
            cast.World = world;
            var done = await Try(async () =>
            {
                await world.Settle(pick);
                if (step < Steps.Count && !mortal.Dead) await Steps[step](cast);
            });
            if (!mortal.Dead && done)
            {
                step++;
                continue;
            }

            Assert.True(mortal.Dead, "Only a dead process may fail.");
            calls += mortal.Calls;
            world.Dispose();
            mortal = Process(storage, deaths, ++life);
            world = new World(new(Functions.Select(f => f(cast))), mortal, clock);
            cast.World = world;
            await Try(() => world.Hub.Recover(default));
        }

        var open = (await new Instances(storage.Documents, HubOptions.Read(new([])), clock).All(null, 100, default)).Items.Select(i => i.Instance!).ToList();
        var standing = string.Join('\n', open.OrderBy(i => i.Id, StringComparer.Ordinal).Select(i => $"{i.Id.Length > 30} {i.Name} {i.Status} {i.Output} {i.CustomStatus} {i.Tasks.Count}{i.Timers.Count}{i.Outbox.Count}{i.Inbox.Count}").Order(StringComparer.Ordinal));
        world.Dispose();
        return new(standing, [.. cast.Effects.Keys.Order(StringComparer.Ordinal)], cast.Effects.Values.Sum(), calls + mortal.Calls);
    }

    private static MortalStorage Process(EmbeddedStorage storage, IReadOnlyList<(int At, bool After)> deaths, int life) =>
        life < deaths.Count ? new(storage.Documents, storage.Blobs, deaths[life].At, deaths[life].After) : new(storage.Documents, storage.Blobs, int.MaxValue, false);

    // What a caller was not told worked is tried again by him.
    private static async Task<bool> Try(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (Personalization.Storage.StoreUnavailableException) { return false; }
    }
}

/// <summary>Who takes part.</summary>
internal sealed class Cast(ManualClock clock)
{
    public ManualClock Clock => clock;

    /// <summary>The process that lives now.</summary>
    public World World { get; set; } = null!;

    /// <summary>What activities did, and how often.</summary>
    public ConcurrentDictionary<string, int> Effects { get; } = new();

    /// <summary>How often an activity did what it was told.</summary>
    public int Did(string what) => Effects.AddOrUpdate(what, 1, (_, n) => n + 1);
}

/// <param name="Standing">Of every instance, and what it still has open.</param>
/// <param name="Effects">What was done at least once.</param>
/// <param name="Done">How much was done in all.</param>
/// <param name="Calls">How many calls of the store it took.</param>
internal sealed record Ending(string Standing, IReadOnlyList<string> Effects, int Done, int Calls);
