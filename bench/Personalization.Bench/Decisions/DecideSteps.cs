using System.Diagnostics;
using Personalization.Bench.Features;
using Personalization.Decisions;
using Personalization.Decisions.Answering;
using Personalization.Decisions.Asking;
using Personalization.Decisions.Candidates;
using Personalization.Decisions.Logging;
using Personalization.Profiles;

namespace Personalization.Bench.Decisions;

/// <summary>Where the time of one decision goes: the median of each step, in microseconds.</summary>
internal static class DecideSteps
{
    public static IEnumerable<(string Step, double Micro)> Of(IDecisionEngine engine, Shelf shelf, byte[] body, DateTimeOffset now)
    {
        var (d, profile) = (new Decision(), new Profile());
        var person = WarmPeople.ProfileOf(WarmPeople.Subject(17)).ToArray();
        yield return ("read the body", Median(() => { d.Clear(); d.Body = body; new AskReader(body, d.Ask, AskFields.Recommendations | AskFields.Search).Read(); }));
        yield return ("decode the profile", Median(() => profile.Read(person)));
        (d.At, d.Shelf, d.Person) = (now, shelf, new(WarmPeople.Subject(1), profile, null, Personalization.Consent.Purposes.None, Fallback.None));
        yield return ("hints", Median(() => d.Hints.Begin(profile, null, d.Ask.Region, FeatureInput.Seconds(now.ToUnixTimeMilliseconds()))));
        yield return ("gather", Median(() => { var p = d.Person; d.Begin(); d.Person = p; engine.Gather(d); }));
        yield return ("describe", Median(() => Describing.All(d.Pool, d.Hints, d.Taste, shelf)));
        yield return ("arrange", Median(() => d.Arrange(1)));
        yield return ("answer", Median(() => DecisionAnswer.Write(d)));
        yield return ("record", Median(() => DecisionRecord.Write(d)));
    }

    private static double Median(Action step)
    {
        var times = new long[20_000];
        for (var i = 0; i < times.Length; i++) step();
        for (var i = 0; i < times.Length; i++)
        {
            var began = Stopwatch.GetTimestamp();
            step();
            times[i] = Stopwatch.GetTimestamp() - began;
        }

        Array.Sort(times);
        return times[times.Length / 2] * 1e6 / Stopwatch.Frequency;
    }
}
