using Personalization.Training.Learning;

namespace Personalization.Training.Evaluating;

/// <summary>Who is asked for, the same for all that are compared: everybody for whom there is something to find.</summary>
internal sealed class Panel
{
    private readonly Interactions test;

    private Panel(Interactions train, Interactions test, int[] people) => (Train, this.test, People) = (train, test, people);

    public Interactions Train { get; }

    public int[] People { get; }

    public ReadOnlySpan<int> Met(int place) => Train.ColumnsOf(People[place]);

    public ReadOnlySpan<int> Wanted(int place) => test.ColumnsOf(People[place]);

    /// <summary>Of more than the most, so many by chance.</summary>
    public static Panel Of(Split split, Asked asked, int most, ulong seed)
    {
        var wanted = split.Test(asked);
        int[] people = [.. Enumerable.Range(0, wanted.Rows).Where(p => !wanted.ColumnsOf(p).IsEmpty)];
        if (people.Length > most)
        {
            var draw = Chance.Bits(seed, ulong.MaxValue);
            for (var i = 0; i < most; i++)
            {
                var other = i + Resampling.Below(people.Length - i, draw, i);
                (people[i], people[other]) = (people[other], people[i]);
            }

            Array.Resize(ref people, most);
            Array.Sort(people);
        }

        return new(split.Train, wanted, people);
    }
}
