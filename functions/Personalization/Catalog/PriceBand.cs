namespace Personalization.Catalog;

/// <summary>
/// Which order of magnitude a price is of, so that someone's taste in prices fits any catalogue: four bands to each power
/// of ten, per currency. <c>EUR:7</c> holds prices from 56.23 to 100 (10^(7/4) to 10^(8/4)).
/// </summary>
public static class PriceBand
{
    public static string? Of(decimal? price, string? currency) =>
        price is > 0 && currency is not null ? $"{currency}:{(int)Math.Floor(Math.Log10((double)price) * 4)}" : null;
}
