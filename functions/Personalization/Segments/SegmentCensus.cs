using System.Text.Json;
using Personalization.Decisions;
using Personalization.Decisions.Candidates;
using Personalization.Identity;
using Personalization.Identity.Graph;
using Personalization.Profiles;
using Personalization.Rules;
using Personalization.Storage;
using Personalization.Training.Privacy;
using Personalization.Training.Privacy.Accounting;
using Personalization.Training.Runs;

namespace Personalization.Segments;

/// <summary>
/// Counts, once a day, the people in each segment who may be learned from. What is told passes the gate for counts: of few people nothing, and
/// where training is private only numbers with noise, paid for from the same budget. A person counts once, by the first of their subjects.
/// </summary>
public sealed class SegmentCensus(IDocuments documents, Shelves shelves, RenewableBudget budget, bool isPrivate, TimeProvider time)
{
    /// <summary>What a day's counts cost where they have noise.</summary>
    private const double Epsilon = 0.1;

    /// <summary>In how many segments one person counts, at most; so much they can move all numbers together.</summary>
    private const int Each = 4;

    private const int PageSize = 500;
    private const string Segments = "segments";
    private const string Sizes = "sizes";

    private static readonly string[] Kinds = ["new", "returning", "high-intent"];

    private readonly Contributors contributors = new(documents);

    public async ValueTask<SegmentSizes> Show(CancellationToken stop)
    {
        var found = await documents.Get(TrainingRuns.Store, Segments, Sizes, stop);
        var kept = found.Status == Status.NotFound ? null : Stored.Read(found.Required(TrainingRuns.Store).Body, Stored.Default.SegmentSizes);
        return kept ?? new(null, Release.FewestPeople, null, []);
    }

    /// <summary>Counts; where the budget does not pay for it, what was counted last stays.</summary>
    public async ValueTask Run(CancellationToken stop)
    {
        var counts = await Count(stop);
        var released = isPrivate ? await WithNoise(counts, stop) : Release.AtLeast(Release.FewestPeople, counts);
        if (released is null) return;
        var sizes = new SegmentSizes(time.GetUtcNow(), Release.FewestPeople, isPrivate ? Epsilon : null, [.. released.Select(r => new SegmentSize(r.Name, r.Value, r.Noise))]);
        (await documents.Put(TrainingRuns.Store, Segments, Sizes, JsonSerializer.SerializeToUtf8Bytes(sizes, Stored.Default.SegmentSizes), Condition.None, null, stop)).Required(TrainingRuns.Store);
    }

    private async ValueTask<IReadOnlyList<ReleasedCount>?> WithNoise(IReadOnlyList<CountOfPeople> counts, CancellationToken stop) =>
        await budget.Note(Segments, Rho.Most(Epsilon, budget.Options.Delta), stop) is Noted.Permitted paid ? Release.WithNoise(Release.FewestPeople, counts, Each, paid.Permit, stop) : null;

    private async ValueTask<IReadOnlyList<CountOfPeople>> Count(CancellationToken stop)
    {
        var (shelf, hints, profile, into) = (shelves.Whole(), new Hints(), new Profile(), new List<ulong>());
        var names = Names(shelf);
        var people = names.ToDictionary(n => CompiledRules.SegmentKey(n), _ => 0);
        for (string? next = null; ;)
        {
            var page = (await documents.Scan(Profile.Store, next, PageSize, stop)).Required(Profile.Store);
            foreach (var one in page.Items)
            {
                if (await contributors.Of(one, stop) is not { Key: var key } || !SubjectText.TryParse(one.Partition, out var subject) || subject.Key != key || !profile.Read(one.Body.Span)) continue;
                into.Clear();
                hints.Begin(profile, null, Consent.Region.Unknown, FeatureInput.Seconds(time.GetUtcNow().ToUnixTimeMilliseconds()));
                PersonSegments.Find(hints, shelf, into);
                foreach (var segment in into.Distinct().Take(Each))
                    if (people.TryGetValue(segment, out var there)) people[segment] = there + 1;
            }

            if ((next = page.Next) is null) break;
        }

        return [.. names.Select(n => new CountOfPeople(n, people[CompiledRules.SegmentKey(n)]))];
    }

    /// <summary>All there are, by what the catalogue has.</summary>
    private static string[] Names(Shelf shelf) => [.. Kinds, .. shelf.Items.All.Select(i => $"category:{i.Item.Category}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
