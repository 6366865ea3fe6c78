using Personalization.Functions.Offline;

namespace Personalization.Tests.Offline;

/// <summary>Data scientists learn and judge models on files, and are not told what a model is worth by what it has seen.</summary>
public sealed class OfflineTrainingTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("offline-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_model_is_written_with_its_reports_and_judged_only_by_what_came_later()
    {
        var (first, later) = (Write("first.csv", days: 20), Write("later.csv", days: 30));
        Assert.Equal(0, Train(first));
        Assert.All(new[] { "m.model", "m.new-items.json", "m.new-items.html", "m.all-items.json", "m.all-items.html" }, f => Assert.True(new FileInfo(Path.Combine(directory, f)).Length > 0));
        Assert.Equal(2, Evaluate(first));
        Assert.Equal(2, Evaluate(later, "--from", "2026-01-10T00:00:00Z"));
        Assert.Equal(0, Evaluate(later));
    }

    [Theory]
    [InlineData("user,item,time\n")]
    [InlineData("user,item,time\na,b,yesterday\n")]
    [InlineData("user,item\na,b\n")]
    [InlineData("user,item,time,weight\na,b,2026-01-01T00:00:00Z,0\n")]
    public void A_file_that_says_nothing_usable_is_refused(string text)
    {
        File.WriteAllText(Path.Combine(directory, "odd.csv"), text);
        Assert.Equal(2, Train(Path.Combine(directory, "odd.csv")));
        Assert.False(File.Exists(Path.Combine(directory, "m.model")));
    }

    [Fact]
    public void One_line_is_enough_for_a_model_or_a_clear_refusal()
    {
        File.WriteAllText(Path.Combine(directory, "one.csv"), "user,item,time\na,b,2026-01-01T00:00:00Z\n");
        Assert.InRange(Train(Path.Combine(directory, "one.csv")), 0, 2);
    }

    [Fact]
    public void A_damaged_model_file_is_refused()
    {
        var file = Write("first.csv", days: 3);
        File.WriteAllBytes(Path.Combine(directory, "m.model"), new byte[100]);
        Assert.Equal(2, Evaluate(file));
    }

    private int Train(string file) => OfflineTraining.Train([file, "--out", directory, "--name", "m"], TimeProvider.System, default);

    private int Evaluate(string file, params string[] more) => OfflineTraining.Evaluate([file, "--out", directory, "--model", Path.Combine(directory, "m.model"), .. more], default);

    /// <summary>Twenty people, each of whom meets an item of their kind every day.</summary>
    private string Write(string name, int days)
    {
        var lines = from day in Enumerable.Range(0, days) from person in Enumerable.Range(0, 20) select $"u{person},i{(((day * 7) + person) % 12 * 2) + (person % 2)},{new DateTimeOffset(2026, 1, 1, 8, 0, 0, TimeSpan.Zero).AddDays(day):yyyy-MM-ddTHH:mm:ssZ}";
        var path = Path.Combine(directory, name);
        File.WriteAllLines(path, lines.Prepend("user,item,time"));
        return path;
    }
}
