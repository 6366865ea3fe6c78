using Personalization.Storage;

namespace Personalization.Tests.Storage;

/// <summary>A store that is not fully declared cannot be declared at all, and one that is not declared cannot be opened.</summary>
public sealed class StoreRegistryTests
{
    private static readonly Store Good = new("things", StoreKind.Documents, "team", "because", Sensitivity.Pseudonymous, TimeSpan.FromDays(1), "the subject", SubjectKey.Partition);

    public static TheoryData<string, Store> Faulty => new()
    {
        { "lower-case", Good with { Name = "Things" } }, { "lower-case", Good with { Name = "th" } }, { "lower-case", Good with { Name = "th-ings" } },
        { "no owner", Good with { Owner = " " } }, { "no purpose", Good with { Purpose = "" } }, { "partition key", Good with { Partition = "" } },
        { "expires before", Good with { Expiry = TimeSpan.Zero } }, { "how one is found", Good with { Subject = SubjectKey.None } },
        { "for ever", Good with { Kind = StoreKind.Stream, Expiry = null } },
    };

    [Theory, MemberData(nameof(Faulty))]
    public void Refuses_a_store_that_leaves_something_open(string why, Store store) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => new StoreRegistry([store])).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_two_stores_of_one_kind_and_name() => Assert.Throws<ArgumentException>(() => new StoreRegistry([Good, Good with { Owner = "other" }]));

    [Fact]
    public void Names_all_faults_at_once()
    {
        var message = Assert.Throws<ArgumentException>(() => new StoreRegistry([Good with { Owner = "" }, Good with { Name = "other", Purpose = "" }])).Message;
        Assert.Contains("no owner", message, StringComparison.Ordinal);
        Assert.Contains("no purpose", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_store_that_is_not_declared_or_of_another_kind_cannot_be_opened()
    {
        var registry = new StoreRegistry([Good]);
        registry.Require(Good, StoreKind.Documents);
        Assert.Throws<InvalidOperationException>(() => registry.Require(Good, StoreKind.Ledger));
        Assert.Throws<InvalidOperationException>(() => registry.Require(Good with { Purpose = "another" }, StoreKind.Documents));
    }
}
