using Personalization.Training.Runs;

namespace Personalization.Tests.Training.Runs;

/// <summary>Each private model costs, so by themselves runs begin no more often than is asked for.</summary>
public sealed class PrivateRunOptionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(17, TrainingStatus.Completed, "private epsilon=2", false)]
    [InlineData(18, TrainingStatus.Completed, "private epsilon=2", true)]
    [InlineData(1, TrainingStatus.Failed, null, false)]
    [InlineData(1, TrainingStatus.Cancelled, null, false)]
    [InlineData(1, TrainingStatus.BudgetSpent, null, false)]
    [InlineData(1, TrainingStatus.Running, null, false)]
    [InlineData(1, TrainingStatus.NothingToLearn, null, true)]
    [InlineData(1, TrainingStatus.Completed, "ease lambda=300", true)]
    public void A_run_that_may_have_paid_keeps_the_next_waiting(int hoursAgo, TrainingStatus status, string? recipe, bool due)
    {
        TrainingRun[] runs = [Run(hoursAgo, status, recipe), Run(100, TrainingStatus.Completed, "private epsilon=2")];
        Assert.Equal(due, Options(true).IsDue(runs, Now));
        Assert.True(Options(false).IsDue(runs, Now));
    }

    [Fact]
    public void The_first_run_waits_for_nobody_and_a_timer_that_rings_a_moment_early_is_on_time()
    {
        Assert.True(Options(true).IsDue([], Now));
        Assert.True(Options(true).IsDue([Run(18, TrainingStatus.Completed, "private epsilon=2")], Now.AddSeconds(-1)));
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

    private static TrainingRun Run(int hoursAgo, TrainingStatus status, string? recipe) => new("1", "schedule", status, Now.AddHours(-hoursAgo), Now, "", null, recipe);
}
