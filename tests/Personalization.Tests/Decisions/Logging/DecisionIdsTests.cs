using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Tests.Decisions.Logging;

public sealed class DecisionIdsTests
{
    private static readonly Subject Ann = new((UInt128)0x0123456789abcdef << 64 | 0xfedcba9876543210);

    private readonly ManualClock clock = new();
    private readonly Failing secrets = new();

    [Fact]
    public async Task A_name_says_when_and_leads_whoever_has_the_key_to_the_person()
    {
        var (here, there) = (await Loaded(), await Loaded());
        var id = here.New(Ann, clock.GetUtcNow().AddTicks(1234));
        Assert.Matches("^d-[A-Za-z0-9_-]{32}$", id.ToString());
        Assert.Equal(clock.GetUtcNow(), id.At);
        Assert.True(there.Open(id.ToString(), out var read, out var subject));
        Assert.Equal((id, Ann), (read, subject));
    }

    [Fact]
    public async Task Names_of_one_person_have_nothing_in_common_and_none_comes_twice()
    {
        var ids = await Loaded();
        var names = Enumerable.Range(0, 60_000).Select(_ => ids.New(Ann, clock.GetUtcNow())).ToList();
        Assert.Equal(names.Count, names.Select(n => n.Nonce).Distinct().Count());
        Assert.Equal(names.Count, names.Select(n => n.Sealed).Distinct().Count());
        // Of 128 bits that are as good as chance 64 differ on average, with a deviation of 5.66 for one pair and 0.023 for the mean of 60,000.
        Assert.InRange(names.Zip(names.Skip(1)).Average(p => (double)UInt128.PopCount(p.First.Sealed ^ p.Second.Sealed)), 63.8, 64.2);
        Assert.DoesNotContain(names, n => n.Sealed == Ann.Key);
    }

    [Theory]
    [InlineData("")]
    [InlineData("d-")]
    [InlineData("d-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("d-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("e-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("d-AAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAA")]
    [InlineData("d-AAAAAAAAAAAAAAAA AAAAAAAAAAAAAAA")]
    [InlineData("d-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("d-________________________________")]
    public async Task Texts_that_are_no_name_are_refused(string text) => Assert.False((await Loaded()).Open(text, out _, out _));

    [Fact]
    public async Task A_made_up_name_opens_to_nobody_in_particular()
    {
        Assert.True((await Loaded()).Open("d-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", out var id, out var subject));
        Assert.Equal((0UL, DateTimeOffset.UnixEpoch), (id.Nonce, id.At));
        Assert.NotEqual(default, subject);
    }

    [Fact]
    public async Task While_the_vault_is_down_names_are_made_all_the_same_and_later_ones_can_be_found_again()
    {
        var before = (await Loaded()).New(Ann, clock.GetUtcNow());
        secrets.Down = true;
        var ids = new DecisionIds(secrets, clock);
        await Assert.ThrowsAsync<StoreUnavailableException>(async () => await ids.Preload(default));
        var meanwhile = ids.New(Ann, clock.GetUtcNow());
        Assert.True(ids.Open(before.ToString(), out _, out var somebody));
        Assert.NotEqual(Ann, somebody);
        secrets.Down = false;
        var asked = secrets.Asked();
        clock.Advance(TimeSpan.FromMinutes(2));
        // Whoever asks first starts the loading, and it is done in the background.
        while (!ids.Open(before.ToString(), out _, out somebody) || somebody != Ann) await asked;
        ids.Open(meanwhile.ToString(), out _, out somebody);
        Assert.NotEqual(Ann, somebody);
    }

    [Fact]
    public async Task Where_a_vault_kept_somebody_elses_key_it_is_taken_with_the_next_look()
    {
        var ids = await Loaded();
        await secrets.Put(DecisionIds.Name, new byte[32], Condition.None, default);
        var id = (await Loaded()).New(Ann, clock.GetUtcNow());
        clock.Advance(TimeSpan.FromMinutes(2));
        var asked = secrets.Asked();
        Subject subject;
        while (!ids.Open(id.ToString(), out _, out subject) || subject != Ann) await asked;
    }

    [Fact]
    public async Task A_damaged_key_is_told_and_not_replaced()
    {
        await secrets.Put(DecisionIds.Name, new byte[31], Condition.None, default);
        await Assert.ThrowsAsync<InvalidDataException>(async () => await new DecisionIds(secrets, clock).Preload(default));
        Assert.Equal(31, (await secrets.Get(DecisionIds.Name, default)).Value.Value.Length);
    }

    [Fact]
    public async Task Making_and_opening_names_allocates_nothing()
    {
        var ids = await Loaded();
        var text = ids.New(Ann, clock.GetUtcNow()).ToString();
        Assert.Equal(0, Allocated(() => ids.New(Ann, default(DateTimeOffset).AddYears(2000))));
        Assert.Equal(0, Allocated(() => ids.Open(text, out _, out _)));
    }

    private static long Allocated(Action act)
    {
        for (var i = 0; i < 50; i++) act();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private async Task<DecisionIds> Loaded()
    {
        var ids = new DecisionIds(secrets, clock);
        await ids.Preload(default);
        return ids;
    }

    private sealed class Failing : ISecrets
    {
        private readonly MemorySecrets inner = new();
        private TaskCompletionSource asked = new();

        public bool Down { get; set; }

        /// <summary>Completes with the next question.</summary>
        public Task Asked() => (asked = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public async ValueTask<Outcome<Secret>> Get(string name, CancellationToken stop)
        {
            var found = Down ? Outcome.Failed<Secret>(Status.Unavailable) : await inner.Get(name, stop);
            asked.TrySetResult();
            return found;
        }

        public ValueTask<Outcome<Etag>> Put(string name, ReadOnlyMemory<byte> value, Condition when, CancellationToken stop) => inner.Put(name, value, when, stop);

        public ValueTask<Outcome<bool>> Delete(string name, CancellationToken stop) => inner.Delete(name, stop);
    }
}
