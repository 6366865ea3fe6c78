using Personalization.Publishing;

namespace Personalization.Tests.Publishing;

public sealed class PointerTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Twenty_moves_are_remembered_newest_first()
    {
        var pointer = Enumerable.Range(1, 30).Aggregate(Pointer.None, (p, v) => p.Published(v, At)!);
        Assert.Equal(Enumerable.Range(11, 20).Reverse(), pointer.Moves.Select(m => m.Version));
        Assert.Equal(pointer.Moves, Pointer.Read(pointer.Body())!.Moves);
    }

    [Fact]
    public void A_step_back_leads_to_an_older_version_and_never_forth_again()
    {
        var pointer = Pointer.None.Published(1, At)!.Published(2, At)!.Published(3, At)!;
        Assert.Equal(2, pointer.Before);
        pointer = pointer.PointedTo(2, At)!;
        Assert.Equal(1, pointer.Before);
        Assert.Null(pointer.PointedTo(1, At)!.Before);
        Assert.Null(Pointer.None.Before);
    }

    [Fact]
    public void What_is_published_after_a_step_back_is_in_force_again()
    {
        var pointer = Pointer.None.Published(1, At)!.Published(2, At)!.PointedTo(1, At)!;
        Assert.Null(pointer.Published(2, At));
        Assert.Equal(3, pointer.Published(3, At)!.Version);
    }
}
