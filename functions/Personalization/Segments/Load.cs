namespace Personalization.Segments;

/// <summary>How busy this process is with decisions: by how many are under way, and by how long they have taken of late. 1 is what it is meant to bear.</summary>
public sealed class Load(TierOptions options)
{
    /// <summary>One decision's part of the average: some hundred decisions ago is forgotten.</summary>
    private const double Part = 1.0 / 64;

    private int underWay;
    private double average;

    public float Now => (float)Math.Max((double)Volatile.Read(ref underWay) / options.Busy, Volatile.Read(ref average) / options.Budget.TotalSeconds);

    public void Enter() => Interlocked.Increment(ref underWay);

    public void Leave() => Interlocked.Decrement(ref underWay);

    /// <summary>Of two at once one may be lost: it is an average.</summary>
    public void Took(TimeSpan time)
    {
        var was = Volatile.Read(ref average);
        Volatile.Write(ref average, was + (Part * (time.TotalSeconds - was)));
    }
}
