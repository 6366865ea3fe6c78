using System.Diagnostics.Metrics;
using Personalization.Decisions.Logging;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Storage.Contracts;
using Personalization.Tests.Storage.Embedded;

namespace Personalization.Tests.Decisions.Logging;

/// <summary>What of the log is there again after the power was cut.</summary>
public sealed class DecisionLogPowerCutTests : IDisposable
{
    private const int Mega = 1024 * 1024;

    private readonly ManualClock clock = new();
    private readonly Meter meter = new("decisions-cut-off");
    private int count;

    [Fact]
    public async Task A_power_cut_takes_what_was_noted_within_the_last_beat_and_nothing_older()
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var (chance, disk, noted) = (new Random(seed), new FaultyFiles(), new List<(LoggedDecision Decision, long Beat)>());
            var stores = new StoreRegistry([DecisionRecords.Store]);
            var whole = 0L;
            await using (var engine = EmbeddedStorage.Open(disk, new() { SegmentBytes = 64 * 1024 }, stores, clock))
            {
                var writer = new DecisionLogWriter(new DecisionRecords(engine.Stream), new(4 * Mega, TimeSpan.FromSeconds(1)), clock, meter);
                writer.Start();
                disk.CutAt = disk.Operations + chance.Next(4, 200);
                for (var beat = 1L; !disk.IsCut; beat++)
                {
                    for (var n = chance.Next(40); n >= 0; n--) Note(writer, noted, new((UInt128)chance.Next(20)), beat);
                    clock.Advance(TimeSpan.FromSeconds(1));
                    await writer.Writing;
                    if (!disk.IsCut) whole = beat;
                }
            }

            await using var again = EmbeddedStorage.Open(disk.Restarted(chance), new(), stores, clock);
            var kept = new DecisionRecords(again.Stream);
            foreach (var (decision, _) in noted.Where(n => n.Beat <= whole))
                Assert.Equal(decision.Body.ToArray(), (await kept.Find(decision.Subject, decision.Id, default))!.Value.ToArray());
        }
    }

    public void Dispose() => meter.Dispose();

    private void Note(DecisionLogWriter writer, List<(LoggedDecision Decision, long Beat)> noted, Subject subject, long beat)
    {
        var decision = new LoggedDecision(subject, new(DecisionId.NonceOf(clock.GetUtcNow(), ++count), subject.Key + 1), Declared.Noise(count % 700, count));
        noted.Add((decision, beat));
        writer.Note(subject, decision.Id, decision.Body.Span);
    }
}
