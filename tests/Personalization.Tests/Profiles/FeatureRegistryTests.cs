using Personalization.Consent;
using Personalization.Events;
using Personalization.Functions;
using Personalization.Profiles;
using Personalization.Storage;

namespace Personalization.Tests.Profiles;

/// <summary>A feature that is not fully declared stops the start, and all that is missing is told.</summary>
public sealed class FeatureRegistryTests
{
    private static readonly FeatureDefinition Good = new(
        200, "good", "team", "what it says", TimeSpan.FromSeconds(1), Purposes.Personalization, Sensitivity.Pseudonymous, TimeSpan.FromDays(1), 8, FeaturePlace.Profile, EventType.View);

    public static TheoryData<string, FeatureDefinition> Faulty => new()
    {
        { "no number", Good with { Number = 0 } }, { "no name", Good with { Name = "" } }, { "no owner", Good with { Owner = " " } }, { "what it is", Good with { About = "" } },
        { "how fresh", Good with { Freshness = TimeSpan.Zero } }, { "no purpose", Good with { Purposes = Purposes.None } }, { "no expiry", Good with { Expiry = TimeSpan.Zero } },
        { "what it costs", Good with { MaxBytes = 0 } }, { "made from", Good with { Lineage = [] } }, { "where it is kept", Good with { Kept = default } },
        { "belongs", Good with { Sensitivity = Sensitivity.Sensitive } }, { "without the purpose sensitive", Good with { Kept = FeaturePlace.Vault, Sensitivity = Sensitivity.Sensitive } },
    };

    [Theory, MemberData(nameof(Faulty))]
    public void Refuses_a_feature_that_leaves_something_open(string why, FeatureDefinition feature) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => new FeatureRegistry([feature])).Message, StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_number_or_a_name_given_twice()
    {
        var message = Assert.Throws<ArgumentException>(() => new FeatureRegistry([Good, Good with { Name = "other" }, Good with { Number = 201 }])).Message;
        Assert.Contains("number 200 is given twice", message, StringComparison.Ordinal);
        Assert.Contains("'good' is declared twice", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_feature_of_a_document_is_declared_and_the_other_way_round()
    {
        var made = new Profile().Features.Concat(new Personalization.Vault.VaultFeatures().Features).Select(f => f.Definition);
        Assert.Equal(
            Composition.Features.All.Where(f => f.Kept != FeaturePlace.Statistics).OrderBy(f => f.Number).Select(f => f.Name),
            made.OrderBy(f => f.Number).Select(f => f.Name));
    }
}
