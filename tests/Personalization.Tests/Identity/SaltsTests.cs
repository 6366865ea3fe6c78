using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Identity;

/// <summary>Salts come, overlap and go, and people are carried over.</summary>
public sealed class SaltsTests : IAsyncDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly SaltOptions Options = SaltOptions.Read(new([]));

    private readonly Meter meter = new("salts");
    private readonly ManualClock clock = new();
    private readonly MemorySecrets secrets = new();
    private readonly EmbeddedStorage storage;
    private readonly Salts salts;
    private readonly Aliases aliases;
    private readonly SaltKeeper keeper;

    public SaltsTests()
    {
        storage = InMemory.Storage(clock);
        salts = Meeting.Salts(storage.Documents, clock, secrets, Options);
        aliases = Meeting.Aliases(storage, clock, salts);
        keeper = Meeting.Keeper(storage, clock, salts, meter);
    }

    [Fact]
    public async Task A_salt_is_in_force_for_its_period_and_understood_for_the_overlap()
    {
        clock.Advance((30 * Day) - TimeSpan.FromSeconds(1));
        await keeper.Tend(default);
        Assert.Equal([1], Live());
        clock.Advance(TimeSpan.FromSeconds(1));
        await keeper.Tend(default);
        Assert.Equal([2, 1], Live());
        Assert.Equal(2, secrets.Count);
        clock.Advance((30 * Day) - TimeSpan.FromSeconds(1));
        Assert.Equal([2, 1], Live());
        clock.Advance(TimeSpan.FromSeconds(1));
        // Over by the clock, whether or not anybody has destroyed it.
        Assert.Equal([2], Live());
        await keeper.Tend(default);
        Assert.Equal([3, 2], Live());
        Assert.Equal(2, secrets.Count);
    }

    [Fact]
    public async Task Tending_again_changes_nothing()
    {
        clock.Advance(30 * Day);
        for (var i = 0; i < 5; i++) await keeper.Tend(default);
        Assert.Equal(2, (await keeper.Epochs(default)).Count);
        Assert.Equal(2, secrets.Count);
    }

    [Fact]
    public async Task In_an_emergency_everybody_known_can_be_made_a_stranger_at_once()
    {
        var before = await Meet("v");
        clock.Advance(Day);
        Assert.Equal(Rotation.Done, await keeper.Rotate(TimeSpan.Zero, default));
        Assert.Equal([2], Live());
        Assert.Equal(1, secrets.Count);
        Assert.Null(await aliases.Find(Id("v"), default));
        Assert.NotEqual(before, await Meet("v"));
    }

    [Fact]
    public async Task An_emergency_does_not_lengthen_what_was_to_end_sooner()
    {
        clock.Advance(30 * Day);
        await keeper.Tend(default);
        clock.Advance(29 * Day);
        Assert.Equal(Rotation.Done, await keeper.Rotate(10 * Day, default));
        var now = clock.GetUtcNow();
        Assert.Equal([now + Day, now + (10 * Day), null], (await keeper.Epochs(default)).Select(e => e.Ends));
    }

    [Fact]
    public async Task A_second_rotation_has_to_wait_until_all_know_of_the_first()
    {
        clock.Advance(Day);
        Assert.Equal(Rotation.Done, await keeper.Rotate(null, default));
        Assert.Equal(Rotation.TooSoon, await keeper.Rotate(null, default));
        Assert.Equal(EpochSet.Settling, keeper.Wait);
        clock.Advance(EpochSet.Settling);
        Assert.Equal(Rotation.Done, await keeper.Rotate(null, default));
    }

    [Fact]
    public async Task However_many_emergencies_there_are_few_salts_are_understood_at_once()
    {
        var rotations = new List<Rotation>();
        for (var i = 0; i < EpochBook.Most; i++)
        {
            rotations.Add(await keeper.Rotate(10 * Day, default));
            clock.Advance(EpochSet.Settling);
        }

        Assert.Equal([Rotation.Done, Rotation.Done, Rotation.Done, Rotation.TooMany], rotations);
        Assert.Equal(Rotation.Done, await keeper.Rotate(TimeSpan.Zero, default));
        Assert.Single(Live());
    }

    [Fact]
    public async Task A_rotation_is_seen_by_other_processes_within_half_a_minute()
    {
        var other = Meeting.Salts(storage.Documents, clock, secrets, Options);
        await keeper.Rotate(null, default);
        Assert.Equal(1, other.Now.Current.Number);
        clock.Advance(TimeSpan.FromSeconds(31));
        while (other.Now.Current.Number == 1) await Task.Yield();
    }

    [Fact]
    public async Task A_salt_that_is_named_and_not_there_stops_the_start()
    {
        await secrets.Delete((await salts.Book(default)).Current.Secret, default);
        Assert.Contains("restore it from a backup", (await Assert.ThrowsAsync<InvalidDataException>(() => Salts.Open(storage.Documents, secrets, clock, Options, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_crash_while_a_salt_is_destroyed_is_made_up_for()
    {
        await Meet("v");
        clock.Advance(30 * Day);
        await keeper.Tend(default);
        clock.Advance(30 * Day);
        await Assert.ThrowsAsync<IOException>(async () => await salts.DestroyOver(_ => throw new IOException("crash"), _ => default, default));
        // The salt is gone, the book still names it, and a process that starts now does without.
        Assert.Equal([2], Meeting.Salts(storage.Documents, clock, secrets, Options).Now.All.Select(e => e.Number));
        await keeper.Tend(default);
        Assert.Equal([3, 2], Live());
        Assert.Empty((await storage.Documents.Scan(Aliases.Store, null, 100, default)).Value.Items);
        Assert.Empty((await storage.Documents.Scan(Links.Store, null, 100, default)).Value.Items);
    }

    [Fact]
    public async Task The_audit_log_is_told_of_every_rotation_and_destruction()
    {
        await keeper.Rotate(TimeSpan.FromHours(1), default);
        clock.Advance(30 * Day);
        await keeper.Tend(default);
        var told = (await InMemory.Entries(InMemory.Audit(storage, clock, meter))).Where(e => e.Type is AuditTypes.SaltRotated or AuditTypes.SaltDestroyed);
        Assert.Equal(["salt-rotated 2 operator", "salt-rotated 3 period", "salt-destroyed 1 destroyed"], told.Select(e => $"{e.Type} {e.Open["epoch"]} {e.Open["how"]}"));
    }

    [Fact]
    public async Task Names_of_events_are_those_of_their_time()
    {
        var (at, old) = (clock.GetUtcNow().ToUnixTimeMilliseconds(), salts.Now.Current.Names);
        clock.Advance(30 * Day);
        await keeper.Tend(default);
        clock.Advance(EpochSet.Settling);
        Assert.Equal(old, salts.Now.NamesAt(at));
        Assert.Equal(salts.Now.Current.Names, salts.Now.NamesAt(clock.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.NotEqual(old, salts.Now.Current.Names);
    }

    [Fact]
    public void An_overlap_longer_than_the_period_is_refused()
    {
        var settings = new Settings(new Dictionary<string, string> { ["Identity__SaltPeriod"] = "10.00:00:00", ["Identity__SaltOverlap"] = "11.00:00:00" });
        SaltOptions.Read(settings);
        Assert.Contains("Identity__SaltOverlap", Assert.Single(settings.Faults()), StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        meter.Dispose();
        return storage.DisposeAsync();
    }

    private IEnumerable<int> Live() => salts.Now.Live(clock.GetUtcNow()).Select(e => e.Number);

    private async Task<Subject> Meet(string visitor) => (await aliases.Meet(Id(visitor), default, null, default)).Subject;

    private static Identifier Id(string visitor) => new(Namespaces.Visitor, System.Text.Encoding.UTF8.GetBytes(visitor));
}
