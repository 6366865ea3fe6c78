namespace Personalization.Segments;

/// <param name="On">Whether answers are prepared for many at all; else each is scored for itself.</param>
/// <param name="Micro">Expected value from which a person's segment is looked at.</param>
/// <param name="Singleton">Expected value from which an answer is scored for the one person.</param>
/// <param name="Busy">Decisions under way from which that bar rises; at twice as many nobody is scored alone.</param>
/// <param name="Budget">Time one decision may take, on average, likewise.</param>
/// <param name="MicroFor">How long a prepared pool serves.</param>
/// <param name="Prepared">How many are kept.</param>
/// <param name="Singletons">People scored alone at the same time by one process; 0 for any number.</param>
/// <param name="Window">When all of their places are free again.</param>
/// <param name="SingletonFor">Silence after which one place is.</param>
public sealed record TierOptions(
    bool On, float Micro, float Singleton, int Busy, TimeSpan Budget, TimeSpan MicroFor, int Prepared, int Singletons, TimeSpan Window, TimeSpan SingletonFor)
{
    public static TierOptions Read(Settings s) => new(
        s.Flag("Tiers:On", true, "whether homepages and recommendations may be answered from lists prepared for many"),
        (float)s.Double("Tiers:Micro", 0.02, 0, 1, "expected value of personal scoring below which somebody gets what everybody gets"),
        (float)s.Double("Tiers:Singleton", 0.3, 0, 1, "expected value from which somebody is scored alone and not with their segment; 0: everybody, always, unless there is no place"),
        s.Int("Tiers:Busy", 256, 1, 100_000, "decisions under way from which fewer people are scored alone; at twice as many nobody is"),
        s.Time("Tiers:Budget", TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(0.1), TimeSpan.FromSeconds(10), "average working time of one decision from which fewer people are scored alone; at twice as much nobody is"),
        s.Time("Tiers:MicroFor", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1), "how long a list prepared for many serves before it is made anew"),
        s.Int("Tiers:Prepared", 1024, 16, 100_000, "lists kept prepared for many; of more the one that was not used for longest goes"),
        s.Int("Tiers:Singletons", 0, 0, 1_000_000, "people this process scores alone in one window, at most; 0: any number"),
        s.Time("Tiers:Window", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(31), "how long a window is; with a new one all places are free"),
        s.Time("Tiers:SingletonFor", TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(1), TimeSpan.FromDays(1), "silence after which somebody's place is free for another"));
}
