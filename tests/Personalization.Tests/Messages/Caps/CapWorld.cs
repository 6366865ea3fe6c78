using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Messages.Caps;
using Personalization.Storage;
using Personalization.Storage.Embedded;
using Personalization.Tests.Identity.Graph;
using Personalization.Tests.Profiles;

namespace Personalization.Tests.Messages.Caps;

/// <summary>Somebody with several sides, and one cap.</summary>
internal sealed class CapWorld : IAsyncDisposable
{
    public const int Most = 3;

    private static readonly CapLimit Cap = CapLimit.OfCampaign("c", Most, CapPeriod.Day);
    private int showings;

    public CapWorld() => Storage = InMemory.Storage(Clock);

    public HurriedClock Clock { get; } = new();

    public EmbeddedStorage Storage { get; }

    public CapPlace Place => new(Cap.Key, CapWindow.Of(Cap.Per, Clock.Now));

    /// <summary>In the order of their keys.</summary>
    public static IReadOnlyList<Subject> Sides { get; } = [.. Enumerable.Range(0, 4).Select(Behaviour.Person).OrderBy(s => s.Key)];

    public CapHomes Homes(IDocuments? over = null, MembersOf? members = null) => new(new(over ?? Storage.Documents), new(over ?? Storage.Documents), members ?? Members(over ?? Storage.Documents), Clock);

    public CapBook Book(IDocuments? over = null) => new(new(over ?? Storage.Documents), Homes(over), Members(over ?? Storage.Documents), Clock);

    public CapSheets Sheets => new(Storage.Documents);

    public Task Merge(int from, int into, IDocuments? over = null) => Store(from, into, new Merged(Clock.Now, $"m{from}{into}", Sides[from], Sides[into], Folk.Signed("user")), over);

    public Task Unmerge(int from, int into, IDocuments? over = null) => Store(from, into, new Unmerged(Clock.Now.AddMinutes(1), $"m{from}{into}", "wrong"), over);

    /// <summary>Reserves a showing to one side, and confirms it if that is wanted; null where there is no room.</summary>
    public async Task<ShowingKey?> Show(int side, bool confirm = false, IDocuments? over = null)
    {
        var key = new ShowingKey((ulong)Interlocked.Increment(ref showings), 0);
        var room = false;
        await Book(over).Update(Sides[side], (members, sheet) =>
        {
            room = sheet.Used(members, Place.Cap, Place.Window, Clock.Now) < Most;
            return room ? sheet.With([new(key, Sides[side], [Place], Clock.Now.AddMinutes(10).ToUnixTimeMilliseconds(), ReservationState.Open)]) : null;
        }, default);
        if (room && confirm) await Confirm(side, key, over);
        return room ? key : null;
    }

    public Task Confirm(int side, ShowingKey key, IDocuments? over = null) =>
        Book(over).Update(Sides[side], (_, sheet) => sheet.Reservations.TryGetValue(key, out var one) && one.State == ReservationState.Open ? sheet.Confirmed(one) : null, default).AsTask();

    /// <summary>How much of the cap a person has used.</summary>
    public async Task<int> Used(int side)
    {
        var used = 0;
        await Book().Update(Sides[side], (members, sheet) =>
        {
            used = sheet.Used(members, Place.Cap, Place.Window, Clock.Now);
            return null;
        }, default);
        return used;
    }

    private async Task Store(int from, int into, IdentityEvent e, IDocuments? over) =>
        await new Linker(new(over ?? Storage.Documents, Clock), Folk.Rules).Store([Sides[from], Sides[into]], [e], "", null, default);

    private MembersOf Members(IDocuments documents) => async (subject, stop) => (await new Linker(new(documents, Clock), Folk.Rules).Graph([subject], stop)).ClusterOf(subject).Members;

    public ValueTask DisposeAsync() => Storage.DisposeAsync();
}
