using System.Globalization;
using Personalization.Training.Learning;

namespace Personalization.Training.Privacy.Learning;

/// <summary>A model of items only, and what it gave away.</summary>
public sealed record PrivateModel<TModel>(TModel Model, PrivateCard Card) where TModel : IRecommender;

/// <summary>What a model's card says of privacy. The unit is one person with all they met, there or not. Made of noisy numbers and settings only.</summary>
/// <param name="Rho">The loss in zero-concentrated terms; of several releases these add up.</param>
/// <param name="Epsilon">ε that it proves with <paramref name="Delta"/>.</param>
/// <param name="MostEach">Items of one person that counted, at most.</param>
/// <param name="Items">Of how many items it speaks.</param>
/// <param name="CountNoise">σ of the first sums, where all of one person is 1.</param>
/// <param name="MainNoise">σ of the sums that it was learned from, likewise.</param>
/// <param name="Directions">How many directions stood out of the noise.</param>
/// <param name="Pairs">How many pairs of items did.</param>
public sealed record PrivateCard(double Rho, double Epsilon, double Delta, int MostEach, int Items, double CountNoise, double MainNoise, int Directions, int Pairs)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"private epsilon={Epsilon:0.###} delta={Delta:0.#e0} rho={Rho:0.####} each={MostEach} items={Items} noise={CountNoise:0.##}/{MainNoise:0.###} directions={Directions} pairs={Pairs}");
}
