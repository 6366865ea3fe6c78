using Personalization.Consent;

namespace Personalization.Tests.Consent;

/// <summary>The matrix, cell by cell.</summary>
public sealed class ConsentMatrixTests
{
    [Theory]
    [InlineData(SignalClass.Interaction, Purposes.Personalization)]
    [InlineData(SignalClass.Exposure, Purposes.Personalization)]
    [InlineData(SignalClass.Purchase, Purposes.Personalization | Purposes.Sensitive)]
    [InlineData(SignalClass.Search, Purposes.Personalization | Purposes.Sensitive)]
    [InlineData(SignalClass.Location, Purposes.Personalization | Purposes.Location)]
    [InlineData(SignalClass.CrossDevice, Purposes.Personalization | Purposes.CrossDevice)]
    [InlineData(SignalClass.ThirdParty, Purposes.Personalization | Purposes.ThirdParty)]
    [InlineData(SignalClass.Training, Purposes.Personalization | Purposes.Training)]
    [InlineData(SignalClass.Messaging, Purposes.Marketing)]
    [InlineData((SignalClass)200, Purposes.All)]
    public void A_class_is_allowed_by_exactly_the_sets_that_hold_all_it_needs(SignalClass c, Purposes needs)
    {
        for (var granted = Purposes.None; granted <= Purposes.All; granted++)
            Assert.Equal(granted.HasFlag(needs), ConsentMatrix.Allows(granted, c));
    }

    [Fact]
    public void No_class_is_free() => Assert.All(Enum.GetValues<SignalClass>(), c => Assert.False(ConsentMatrix.Allows(Purposes.None, c)));
}
