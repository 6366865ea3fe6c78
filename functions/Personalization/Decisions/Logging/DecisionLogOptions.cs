namespace Personalization.Decisions.Logging;

/// <param name="Buffer">Bytes that wait to be written; 4 MB to 1 GB.</param>
/// <param name="Every">Longest time between two writings; 10 ms to 1 s. What a crash may take.</param>
public sealed record DecisionLogOptions(int Buffer, TimeSpan Every)
{
    private const int Mega = 1024 * 1024;

    public static DecisionLogOptions Read(Settings s) => new(
        s.Int("Decisions:LogBuffer", 64 * Mega, 4 * Mega, 1024 * Mega, "decisions that wait to be written to the log, in bytes; beyond it the oldest are given up"),
        s.Time("Decisions:LogEvery", TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(1), "longest time between two writings of the decision log; what a crash may take of it"));
}
