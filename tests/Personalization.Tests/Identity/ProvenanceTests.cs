using FsCheck;
using FsCheck.Fluent;
using Personalization.Catalog;
using Personalization.Consent;
using Personalization.Events;
using Personalization.Profiles;
using Personalization.Tests.Profiles;
using Personalization.Vault;

namespace Personalization.Tests.Identity;

/// <summary>Every value leads back to the event that changed it last. What that is, is told here by the events alone.</summary>
public sealed class ProvenanceTests
{
    private static readonly DateTimeOffset Start = Behaviour.Start;

    [Fact]
    public void Every_value_of_a_profile_and_a_vault_names_exactly_the_event_that_last_changed_it_and_its_policy() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var (profile, vault, expected) = (new Profile(), new VaultFeatures(), new LastChange());
            for (var i = random.Next(1, 120); i > 0; i--)
            {
                var e = Next(random);
                Behaviour.Fold(profile, vault, e);
                expected.Take(e);
                // As stored: what is not written does not count.
                Assert.True(profile.Read(Behaviour.Bytes(profile)) && vault.Read(Behaviour.Bytes(vault)));
            }

            foreach (var document in new FeatureDocument[] { profile, vault })
            {
                foreach (var traced in Provenance.Of(document, Behaviour.Seconds(Start.AddDays(5))))
                    Assert.Equal(expected.Of(traced.Feature, traced.Attribute.Key), traced.Attribute.Origin);
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_feature_that_is_not_empty_tells_its_values_with_the_purposes_they_are_kept_for()
    {
        var (profile, vault) = (new Profile(), new VaultFeatures());
        Behaviour.Fold(profile, vault, Full(EventType.View), Full(EventType.Dwell), Full(EventType.Search), Full(EventType.Purchase), Full(EventType.AddToCart));
        var now = Behaviour.Seconds(Start.AddMinutes(1));
        FeatureDocument[] documents = [profile, vault];
        var told = documents.SelectMany(d => Provenance.Of(d, now)).GroupBy(t => t.Feature).ToDictionary(g => g.Key, g => g.First().Needs);
        Assert.Equal(documents.SelectMany(d => d.Features).Select(f => f.Definition.Name).Order(), told.Keys.Order());
        Assert.All(documents.SelectMany(d => d.Features), f => Assert.Equal(f.Definition.Purposes, told[f.Definition.Name]));
    }

    [Fact]
    public void What_took_in_somebody_elses_data_needs_that_purpose_too()
    {
        var profile = new Profile();
        Behaviour.Fold(profile, null, Full(EventType.View) with { FromThirdParty = true });
        Assert.All(Provenance.Of(profile, Behaviour.Now), t => Assert.True(t.Needs.Cover(Purposes.ThirdParty)));
    }

    [Fact]
    public void What_is_expired_is_not_told()
    {
        var (profile, vault) = (new Profile(), new VaultFeatures());
        Behaviour.Fold(profile, vault, Full(EventType.View), Full(EventType.Dwell), Full(EventType.Search), Full(EventType.Purchase));
        Assert.Empty(Provenance.Of(profile, Behaviour.Seconds(Start.AddDays(31))));
        Assert.Empty(Provenance.Of(vault, Behaviour.Seconds(Start.AddDays(31))));
    }

    private static StreamedEvent Full(EventType type) =>
        Behaviour.Event(type, null, 0, 1) with { Region = new(0x4544), Terms = new[] { 5ul }, Value = 3, DwellMs = 900, Policy = 7 };

    private static StreamedEvent Next(Random random) =>
        Behaviour.Event((EventType)random.Next(1, 11), Start.AddMinutes(random.Next(60 * 24 * 4)), 0, random.Next(12), random.Next(90)) with
        {
            Policy = (ushort)random.Next(1, 900), Region = random.Next(2) == 0 ? default : new((ulong)random.Next(1, 9)), Terms = new[] { (ulong)random.Next(1, 60) },
            Value = random.Next(1, 6), DwellMs = random.Next(9000), Session = (ulong)random.Next(3), Granted = random.Next(4) == 0 ? (Purposes)random.Next(128) : Purposes.All,
        };

    /// <summary>Which event last touched what, without weights or room: what was pushed out is not asked for.</summary>
    private sealed class LastChange
    {
        private static readonly Purposes Vault = Purposes.Personalization | Purposes.Sensitive;

        private readonly Dictionary<(string, ulong), Origin> last = [];
        private long newest, sessionEnd;
        private ulong session;

        public Origin Of(string feature, ulong key) => last[(feature, key)];

        public void Take(StreamedEvent e)
        {
            var turned = e.At / 86_400_000 > newest / 86_400_000;
            if (!e.Granted.Cover(e.Needs)) return;
            newest = Math.Max(newest, e.At);
            if (e.Type is not (EventType.Purchase or EventType.Search)) Interaction(e);
            if (e.Type is EventType.Search) Set(e, "activity", 0);
            // A search needs more than what the profile keeps of it.
            if (e.Granted.Cover(Vault))
            {
                if (e.Type == EventType.Search) Set(e, "search-interest", e.Terms.Span[0]);
                if (e.Type == EventType.Purchase) Set(e, "purchases", [0, .. e.Items.Span]);
                if (e.Region != Region.Unknown && e.Granted.Cover(Purposes.Location)) Set(e, "location", e.Region.Code);
            }

            Intent(e, turned);
        }

        private void Interaction(StreamedEvent e)
        {
            if (e.Type is EventType.View or EventType.Click or EventType.Dwell or EventType.AddToCart or EventType.RemoveFromCart or EventType.Rate) Set(e, "activity", 0);
            if (e.Type == EventType.Dwell && e.DwellMs > 0) Set(e, "dwell", 0);
            if (e.Type is EventType.View or EventType.Click) Set(e, "novelty", 0);
            if (EventWeight.Of(e.Type, e.Value) == 0) return;
            foreach (var key in e.Items.Span)
            {
                Set(e, "recent-items", key);
                if (Behaviour.Catalogue.Find(new ItemKey(key)) is not { } item) continue;
                Set(e, "category-affinity", item.Category.Key);
                Set(e, "brand-affinity", item.Brand.Key);
                Set(e, "price-affinity", item.PriceBand.Key);
                foreach (var attribute in item.Attributes) Set(e, "attribute-affinity", attribute.Key);
            }
        }

        private void Intent(StreamedEvent e, bool turned)
        {
            var at = e.At / 1000;
            if (turned && sessionEnd + 1800 <= at) (sessionEnd, session) = (0, 0);
            if (e.Type is EventType.Impression or EventType.Custom or EventType.Purchase || at + 1800 < sessionEnd) return;
            if (sessionEnd + 1800 <= at || (e.Session != 0 && session != 0 && e.Session != session)) (sessionEnd, session) = (0, 0);
            if (e.Session != 0) session = e.Session;
            sessionEnd = Math.Max(sessionEnd, at);
            Set(e, "session-intent", 0);
            if (EventWeight.Of(e.Type, e.Value) == 0) return;
            foreach (var key in e.Items.Span)
                if (Behaviour.Catalogue.Find(new ItemKey(key)) is { } item) Set(e, "session-intent", item.Category.Key);
        }

        private void Set(StreamedEvent e, string feature, params ReadOnlySpan<ulong> keys)
        {
            foreach (var key in keys) last[(feature, key)] = new(e.Id, e.Policy);
        }
    }
}
