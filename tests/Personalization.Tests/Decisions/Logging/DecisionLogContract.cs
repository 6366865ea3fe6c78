using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>What every <see cref="IDecisionLog"/> promises.</summary>
public abstract class DecisionLogContract
{
    protected static readonly Subject Ann = new((UInt128)1 << 100), Ben = new(2), Cat = new(((UInt128)1 << 100) + 8);

    private int count;

    protected ManualClock Clock { get; } = new();

    protected static CancellationToken Stop => CancellationToken.None;

    protected abstract ValueTask<IDecisionLog> Open();

    [Fact]
    public async Task A_decision_is_found_by_its_name_and_its_person_and_not_otherwise()
    {
        var log = await Open();
        var (one, two) = (Decided(Ann, "one"), Decided(Ben, "two"));
        Assert.True((await log.Append([one, two], Stop)).Ok);
        Assert.Equal("one", Declared.Text((await log.Find(Ann, one.Id, Stop))!.Value));
        Assert.Equal("two", Declared.Text((await log.Find(Ben, two.Id, Stop))!.Value));
        Assert.Null(await log.Find(Ben, one.Id, Stop));
        Assert.Null(await log.Find(Cat, one.Id, Stop));
        Assert.Null(await log.Find(Ann, one.Id with { Sealed = one.Id.Sealed + 1 }, Stop));
        Assert.Null(await log.Find(Ann, Decided(Ann, "never kept").Id, Stop));
    }

    [Fact]
    public async Task A_person_has_their_decisions_in_order_and_nobody_elses()
    {
        var log = await Open();
        List<LoggedDecision> anns = [.. Enumerable.Range(0, 500).Select(n => Decided(Ann, $"{n}"))];
        for (var n = 0; n < 500; n += 50)
        {
            Assert.True((await log.Append([.. anns.Skip(n).Take(50).Reverse(), Decided(Cat, "cat"), Decided(Ben, "ben")], Stop)).Ok);
            Clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(anns.Select(Said), (await All(log.Of(Ann, Stop))).Select(Said));
        Assert.Equal(10, (await All(log.Of(Cat, Stop))).Count);
        Assert.Empty(await All(log.Of(new(3), Stop)));
    }

    [Fact]
    public async Task Everything_from_a_time_on_is_told()
    {
        var log = await Open();
        var all = new List<LoggedDecision>();
        for (var n = 0; n < 60; n++)
        {
            all.Add(Decided(new Subject((UInt128)n * 977), $"{n}"));
            Assert.True((await log.Append([all[^1]], Stop)).Ok);
            Clock.Advance(TimeSpan.FromMinutes(10));
        }

        foreach (var from in new[] { all[0].Id.At, all[17].Id.At, all[17].Id.At.AddMilliseconds(1), all[59].Id.At, Clock.GetUtcNow(), DateTimeOffset.MinValue })
            Assert.Equal(all.Where(d => d.Id.At >= from).Select(Said).Order(), (await All(log.Since(from, Stop))).Select(Said).Order());
    }

    [Fact]
    public async Task The_newest_are_told_wherever_they_lie_and_whenever_they_were_written()
    {
        var log = await Open();
        var all = new List<LoggedDecision>();
        for (var n = 0; n < 60; n++)
        {
            all.Add(Decided(new Subject((UInt128)n * 977), $"{n}"));
            Clock.Advance(TimeSpan.FromMinutes(1));
        }

        // The oldest are written last, and some twice.
        foreach (var decision in all.Skip(30).Concat(all.Take(30)).Append(all[55]).Append(all[0])) Assert.True((await log.Append([decision], Stop)).Ok);
        foreach (var (from, most) in new[] { (0, 1), (0, 7), (0, 59), (0, 60), (0, 100), (57, 7), (59, 7) })
            Assert.Equal(all.Skip(Math.Max(from, 60 - most)).Select(Said).Order(), (await Newest(log, all[from].Id.At, most)).Order());
        Assert.Empty(await Newest(log, Clock.GetUtcNow(), 7));
        Assert.Equal(["33", "44", "55"], (await All(log.Newest(DateTimeOffset.MinValue, 3, body => body.Length == 2 && body[0] == body[1], Stop))).Select(d => Declared.Text(d.Body)).Order());
    }

    [Fact]
    public async Task Which_of_those_of_one_moment_are_the_newest_does_not_change()
    {
        var nonce = Decided(Ann, "").Id.Nonce;
        List<LoggedDecision> same = [.. Enumerable.Range(0, 20).Select(n => new LoggedDecision(new Subject((UInt128)n * 977), new(nonce, (UInt128)(n * 7 % 20) << 100), Declared.Utf8($"{n}")))];
        var log = await Open();
        await log.Append([.. same, Decided(Ben, "later")], Stop);
        Assert.Equal(same.OrderByDescending(d => d.Id.Sealed).Take(4).Select(Said).Append("later").Order(), (await Newest(log, DateTimeOffset.MinValue, 5)).Select(s => s.EndsWith("later", StringComparison.Ordinal) ? "later" : s).Order());
    }

    [Fact]
    public async Task Appending_again_changes_nothing_for_who_asks_by_name_or_person()
    {
        var log = await Open();
        var (one, two) = (Decided(Ann, "one"), Decided(Ann, "two"));
        await log.Append([one], Stop);
        await log.Append([one, two], Stop);
        Assert.Equal(["one", "two"], (await All(log.Of(Ann, Stop))).Select(d => Declared.Text(d.Body)));
        Assert.Equal("one", Declared.Text((await log.Find(Ann, one.Id, Stop))!.Value));
        Assert.Equal(["one", "two"], (await All(log.Since(one.Id.At, Stop))).Select(d => Declared.Text(d.Body)).Distinct().Order());
    }

    [Fact]
    public async Task The_bytes_are_the_callers_again_afterwards()
    {
        var log = await Open();
        var bytes = "what was decided"u8.ToArray();
        var decision = Decided(Ann, "") with { Body = bytes };
        await log.Append([decision], Stop);
        bytes.AsSpan().Clear();
        Assert.Equal("what was decided", Declared.Text((await log.Find(Ann, decision.Id, Stop))!.Value));
    }

    [Fact]
    public async Task One_over_the_size_limit_is_told_and_nothing_is_written()
    {
        var log = await Open();
        var (whole, largest) = (Decided(Ann, "whole"), Decided(Ben, "") with { Body = Declared.Noise(LoggedDecision.MaxBytes, 1) });
        Assert.Equal(Status.TooLarge, (await log.Append([whole, Decided(Ann, "") with { Body = new byte[LoggedDecision.MaxBytes + 1] }], Stop)).Status);
        Assert.Empty(await All(log.Of(Ann, Stop)));
        Assert.True((await log.Append([whole, largest, Decided(Cat, "")], Stop)).Ok);
        Assert.Equal(largest.Body.ToArray(), (await log.Find(Ben, largest.Id, Stop))!.Value.ToArray());
        Assert.Equal(0, (await All(log.Of(Cat, Stop))).Single().Body.Length);
    }

    [Fact]
    public async Task Nothing_is_taken_as_well()
    {
        var log = await Open();
        Assert.True((await log.Append([], Stop)).Ok);
        Assert.Empty(await All(log.Since(DateTimeOffset.MinValue, Stop)));
    }

    [Fact]
    public virtual async Task After_thirty_days_it_is_as_if_it_had_never_been()
    {
        var log = await Open();
        var (old, young) = (Decided(Ann, "old"), Decided(Ann, "young"));
        await log.Append([old], Stop);
        Clock.Advance(TimeSpan.FromDays(29));
        await log.Append([young], Stop);
        Assert.NotNull(await log.Find(Ann, old.Id, Stop));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(await log.Find(Ann, old.Id, Stop));
        Assert.Equal(["young"], (await All(log.Of(Ann, Stop))).Select(d => Declared.Text(d.Body)));
        Assert.Equal(["young"], (await All(log.Since(DateTimeOffset.MinValue, Stop))).Select(d => Declared.Text(d.Body)));
    }

    protected LoggedDecision Decided(Subject subject, string body) =>
        new(subject, new(DecisionId.NonceOf(Clock.GetUtcNow(), ++count), ((UInt128)count << 90) + subject.Key), Declared.Utf8(body));

    protected static async Task<List<LoggedDecision>> All(IAsyncEnumerable<LoggedDecision> decisions)
    {
        var all = new List<LoggedDecision>();
        await foreach (var decision in decisions) all.Add(decision);
        return all;
    }

    private static async Task<IEnumerable<string>> Newest(IDecisionLog log, DateTimeOffset from, int most) => (await All(log.Newest(from, most, _ => true, Stop))).Select(Said);

    private static string Said(LoggedDecision d) => $"{d.Subject} {d.Id} {Declared.Text(d.Body)}";
}
