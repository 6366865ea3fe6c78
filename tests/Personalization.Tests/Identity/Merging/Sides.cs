using Personalization.Consent;
using Personalization.Events;
using Personalization.Identity.Merging;
using Personalization.Profiles;
using Personalization.Tests.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Identity.Merging;

/// <summary>Members of persons with documents that real events made.</summary>
internal static class Sides
{
    public static readonly ConsentPolicy Policy = new(1, new Dictionary<Region, Regime>(), Regime.OptOut);

    private static readonly Purposes[] Each = [.. Enum.GetValues<Purposes>().Where(p => p is not (Purposes.None or Purposes.All))];

    public static MergeSide Random(Random random, int number)
    {
        var (profile, vault) = (new Profile(), new VaultFeatures());
        Behaviour.Fold(profile, vault, [.. Enumerable.Range(0, random.Next(0, 90)).Select(_ => Event(random, number))]);
        return new(
            Behaviour.Person(number), Behaviour.Bytes(profile), random.Next(4) == 0 ? default : (ReadOnlyMemory<byte>)Behaviour.Bytes(vault), Consent(random), Caps(random, number), Seen(random, number));
    }

    public static StreamedEvent Event(Random random, int person) =>
        Behaviour.Event((EventType)random.Next(1, 11), Behaviour.Start.AddMinutes(random.Next(60 * 24 * 20)), person, random.Next(12), random.Next(150)) with
        {
            Region = random.Next(2) == 0 ? default : new((ulong)random.Next(1, 9)), Terms = new[] { (ulong)random.Next(1, 80) }, Value = random.Next(9), DwellMs = random.Next(90_000), Session = (ulong)random.Next(4),
            FromThirdParty = random.Next(60) == 0,
        };

    /// <summary>Few moments and few rows, so that words meet in every way.</summary>
    public static SideConsent Consent(Random random)
    {
        var rows = Enumerable.Range(0, random.Next(0, 4)).Select(i => ((long)i, random.Next(20) == 0 ? null : Row(random.Next(6), Pick(random), Pick(random), Pick(random)))).ToList();
        return SideConsent.Of(rows, _ => random.Next(2) == 0);
    }

    public static ConsentRow Row(int minute, Purposes granted, Purposes denied, Purposes bySignal = Purposes.None, string? region = null) => new(
        Behaviour.Start.AddMinutes(minute), "banner", "1", 1, region, PurposeNames.Of(granted & ~denied), PurposeNames.Of(denied), [], PurposeNames.Of(bySignal));

    public static CapCounts Caps(Random random, int number) => new(Enumerable.Range(0, random.Next(5)).DistinctBy(i => i % 3)
        .ToDictionary(i => new CapKey(Behaviour.Person(number), (ulong)(i % 3), 7), _ => random.Next(1, 9)));

    public static Exposures Seen(Random random, int number) => Enumerable.Range(0, random.Next(3))
        .Aggregate(Exposures.None, (all, i) => all.With(new(Behaviour.Person(number), $"e{i}", random.Next(2), Behaviour.Start.AddMinutes(random.Next(4)))));

    private static Purposes Pick(Random random) => Each.Where(_ => random.Next(3) == 0).Aggregate(Purposes.None, (a, p) => a | p);
}
