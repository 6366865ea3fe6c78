using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Functions.Workflows;
using static Personalization.Tests.Messages.Campaigning;

namespace Personalization.Tests.Messages;

/// <summary>Many at once, in one process and in two that share a store.</summary>
public sealed class ParallelCapsTests
{
    private const int Requests = 1000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_thousand_at_once_at_a_cap_of_three_are_shown_exactly_three(int processes)
    {
        var clock = new StandingClock();
        await using var state = await State.InMemory(Composition.Stores, clock);
        var settings = new Settings([KeyValuePair.Create("Messages__Deadline", "00:00:10"), KeyValuePair.Create("Decisions__ProfileDeadline", "00:00:10")]);
        var options = AppOptions.Read(settings);
        var parts = Enumerable.Range(0, processes).Select(_ => Composition.Build(options, state, clock)).ToList();
        foreach (var part in parts) await part.Preload();
        var calls = parts.Select(p => new OwnCalls(() => p.Table, options.Http)).ToList();
        Assert.Equal(200, (await calls[0].Call("PUT", "campaigns", All("", Campaign("a", 1, MessageCalls.Capped)), default)).Status);
        Assert.Equal(200, (await calls[0].Call("PUT", "consent", """{"user":"u","purposes":{"marketing":true},"source":"s","noticeVersion":"1"}""", default)).Status);
        foreach (var part in parts) await part.Campaigns.Versions(default);
        var answers = await Task.WhenAll(Enumerable.Range(0, Requests).Select(i => Task.Run(async () =>
            (await calls[i % processes].Call("POST", "decisions/messages", """{"user":"u","channel":"web","slots":["hero"]}""", default)).Body!.Value)));
        Assert.Equal(3, answers.Count(a => MessageCalls.Reserved(a) is not null));
        Assert.Equal(3, answers.Select(MessageCalls.Reserved).OfType<string>().Distinct(StringComparer.Ordinal).Count());
        foreach (var part in parts) part.Meter.Dispose();
    }

    /// <summary>No window ends meanwhile; waits are as long as they are.</summary>
    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
