using Personalization.Tests.Decisions.Whole;
using Personalization.Tests.Privacy.Requests;

namespace Personalization.Tests.Segments;

/// <summary>Places that are kept for campaigns, over the whole application.</summary>
public sealed class ReservedPlacesTests
{
    [Fact]
    public async Task The_first_who_asks_a_new_process_takes_no_place_that_is_kept()
    {
        await using var world = await PrivacyWorld.Open(("Tiers__Singletons", "1"), ("Tiers__Singleton", "0.05"));
        await world.Stock();
        await world.LikesShoes("ann");
        await world.Call("PUT", "segments/budget", """{"campaign":"spring","singletons":1,"from":"2026-01-01T00:00:00Z","until":"2026-02-01T00:00:00Z"}""", 200);
        await world.Start(null);
        Assert.Equal("queued", (await world.Decide("recommendations", "ann")).GetProperty("tierReason").GetString());
        Assert.Equal("high-value", (await world.Decide("recommendations", "ann", "spring")).GetProperty("tierReason").GetString());
    }
}
