using Personalization.Consent;
using Personalization.Decisions.Candidates;
using Personalization.Profiles;

namespace Personalization.Decisions.Answering;

/// <summary>Writes the answer to a frontend: what to show, why, by what, and from how fresh a picture.</summary>
internal static class DecisionAnswer
{
    public static void Write(Decision d)
    {
        var text = d.Answer;
        text.Clear();
        text.Add("{\"decision\":\""u8);
        d.Id.Write(text);
        text.Add("\","u8);
        if (d.Engine == DecisionEngine.Homepage) Slots(d, text);
        else
        {
            text.Add("\"items\":"u8);
            Items(d, text, 0);
        }

        text.Add(",\"tier\":\""u8);
        text.Add(DecisionNames.Of(d.Tier));
        text.Add("\",\"versions\":"u8);
        Versions(d, text);
        text.Add(",\"freshness\":"u8);
        Freshness(d, text);
        text.Add(",\"consent\":{\"used\":"u8);
        Purposes(d.Person.Used, text);
        text.Add(",\"withheld\":"u8);
        Purposes(d.Person.Withheld, text);
        text.Add("},\"confidence\":"u8);
        text.Add(Confidence(d));
        if (DecisionNames.Of(d.Fallback) is { } fallback)
        {
            text.Add(",\"fallbackReason\":\""u8);
            text.Add(fallback);
            text.Add("\""u8);
        }

        text.Add(",\"degraded\":"u8);
        text.Add(d.Degraded);
        text.Add("}"u8);
    }

    private static void Slots(Decision d, Utf8Text text)
    {
        if (d.Layout is { } layout)
        {
            text.Add("\"layout\":\""u8);
            text.Add(layout);
            text.Add("\","u8);
        }

        text.Add("\"slots\":["u8);
        for (var s = 0; s < d.SlotCount; s++)
        {
            if (s > 0) text.Add(","u8);
            text.Add("{\"name\":\""u8);
            text.Add(System.Text.Json.JsonEncodedText.Encode(d.Slots[s].Name).EncodedUtf8Bytes);
            text.Add("\""u8);
            if (d.Slots[s].Group != Pool.NoGroup && d.Shelf.Items.Terms.NameOf(d.Shelf.Groups[d.Slots[s].Group]) is { } category)
            {
                text.Add(",\"category\":\""u8);
                text.Add(System.Text.Json.JsonEncodedText.Encode(category.Name).EncodedUtf8Bytes);
                text.Add("\""u8);
            }

            text.Add(",\"items\":"u8);
            Items(d, text, s);
            text.Add("}"u8);
        }

        text.Add("]"u8);
    }

    private static void Items(Decision d, Utf8Text text, int slot)
    {
        text.Add("["u8);
        var first = true;
        var placed = d.Placed;
        for (var p = 0; p < placed.Count; p++)
        {
            if (placed[p].Slot != slot) continue;
            if (!first) text.Add(","u8);
            first = false;
            ItemAnswer.Write(d, placed[p], text);
        }

        text.Add("]"u8);
    }

    private static void Versions(Decision d, Utf8Text text)
    {
        text.Add("{\"featureSet\":\""u8);
        text.Add(DecisionVersions.FeatureSet);
        text.Add("\",\"model\":\""u8);
        text.Add(d.Versions.Model);
        text.Add("\",\"rules\":\""u8);
        text.Add(d.Versions.Rules);
        text.Add("\",\"experiments\":\""u8);
        text.Add(d.Versions.Experiments);
        text.Add("\"}"u8);
    }

    private static void Freshness(Decision d, Utf8Text text)
    {
        text.Add("{\"profileAt\":"u8);
        if (d.Person.Profile is { UpdatedAt: > 0 } profile)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(profile.UpdatedAt);
            Time(at, text);
            text.Add(",\"profileAgeSeconds\":"u8);
            text.Add(Math.Round((d.At - at).TotalSeconds, 3));
        }
        else text.Add("null,\"profileAgeSeconds\":null"u8);

        text.Add(",\"popularityAt\":"u8);
        if (d.Shelf.Popular == Popularity.PopularItems.None) text.Add("null"u8);
        else Time(d.Shelf.Popular.At, text);
        text.Add("}"u8);
    }

    private static void Time(DateTimeOffset at, Utf8Text text)
    {
        text.Add("\""u8);
        // With an offset as other answers have it, which the round-trip form has.
        at.TryFormat(text.Next(33), out var n, "O", System.Globalization.CultureInfo.InvariantCulture);
        text.Advance(n);
        text.Add("\""u8);
    }

    private static void Purposes(Purposes purposes, Utf8Text text)
    {
        text.Add("["u8);
        var first = true;
        foreach (var (purpose, name) in PurposeNames.All)
        {
            if ((purposes & purpose) == Consent.Purposes.None) continue;
            text.Add(first ? "\""u8 : ",\""u8);
            text.Add(name);
            text.Add("\""u8);
            first = false;
        }

        text.Add("]"u8);
    }

    /// <summary>How much is known of the person, from 0 for nothing: five things met make half of what can be known.</summary>
    private static double Confidence(Decision d) => d.Person.Profile is { Recent.Count: var met } ? (double)met / (met + 5) : 0;
}
