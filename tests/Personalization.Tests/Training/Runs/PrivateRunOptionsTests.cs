using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>Each private model costs, so by themselves runs begin no more often than is asked for.</summary>
public sealed class PrivateRunOptionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(17, false)]
    [InlineData(18, true)]
    public void The_next_run_waits_from_when_the_one_that_paid_began(int hoursAgo, bool due)
    {
        var paid = Now.AddHours(-hoursAgo).AddMinutes(40);
        Assert.Equal(due, Options(true).IsDue([Run(hoursAgo, TrainingStatus.Failed), Run(100, TrainingStatus.Completed)], paid, Now));
        Assert.True(Options(false).IsDue([Run(hoursAgo, TrainingStatus.Completed)], paid, Now));
    }

    [Theory]
    [InlineData(TrainingStatus.Failed)]
    [InlineData(TrainingStatus.Cancelled)]
    [InlineData(TrainingStatus.BudgetSpent)]
    [InlineData(TrainingStatus.NothingToLearn)]
    [InlineData(TrainingStatus.Completed)]
    public void A_run_that_paid_nothing_keeps_nobody_waiting_and_hides_none_that_did(TrainingStatus status)
    {
        var free = Enumerable.Range(1, 20).Select(_ => Run(1, status)).ToArray();
        Assert.True(Options(true).IsDue(free, null, Now));
        Assert.True(Options(true).IsDue([.. free, Run(19, TrainingStatus.Completed)], Now.AddHours(-17.9), Now));
        Assert.False(Options(true).IsDue(free, Now.AddHours(-17), Now));
    }

    [Fact]
    public void The_first_run_waits_for_nobody_and_a_timer_that_rings_a_moment_early_is_on_time()
    {
        Assert.True(Options(true).IsDue([], null, Now));
        Assert.True(Options(true).IsDue([Run(18, TrainingStatus.Completed)], Now.AddHours(-18), Now.AddSeconds(-1)));
    }

    [Fact]
    public void Private_training_is_off_unless_it_is_switched_on() => Assert.Equal((false, TimeSpan.FromHours(18)), (PrivateRunOptions.Read(new([])).On, PrivateRunOptions.Read(new([])).Between));

    [Fact]
    public void A_budget_that_does_not_pay_for_one_model_stops_the_start()
    {
        var settings = new Settings([new("Training__Private__Epsilon", "3"), new("Training__Private__InAll", "2")]);
        PrivateRunOptions.Read(settings);
        Assert.Contains(settings.Faults(), f => f.StartsWith("Training__Private__InAll", StringComparison.Ordinal));
    }

    private static PrivateRunOptions Options(bool on) => PrivateRunOptions.Read(new([])) with { On = on };

    private static TrainingRun Run(int hoursAgo, TrainingStatus status) => new("1", "schedule", status, Now.AddHours(-hoursAgo), Now, "");
}
