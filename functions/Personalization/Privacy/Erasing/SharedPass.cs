namespace Personalization.Privacy.Erasing;

/// <summary>
/// Something that goes through all there is, for however many want it at once. Everybody who asks while it works shares the next
/// pass, so any number of erasures at once cost two passes.
/// </summary>
/// <param name="run">One pass: the answers by the places of what is asked.</param>
internal sealed class SharedPass<TAsk, TAnswer>(Func<IReadOnlyList<TAsk>, Task<IReadOnlyList<TAnswer>>> run)
{
    private readonly Lock gate = new();
    private Task current = Task.CompletedTask;
    private Pass? next;

    /// <summary>As it was at some moment after the call.</summary>
    public async ValueTask<TAnswer> Ask(TAsk asked, CancellationToken stop)
    {
        Pass pass;
        int place;
        lock (gate)
        {
            pass = next ??= Begin();
            place = pass.Asked.Count;
            pass.Asked.Add(asked);
        }

        return (await pass.Work.WaitAsync(stop))[place];
    }

    private Pass Begin()
    {
        var pass = new Pass();
        pass.Work = After(current, pass);
        return pass;
    }

    private async Task<IReadOnlyList<TAnswer>> After(Task before, Pass pass)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ForceYielding | ConfigureAwaitOptions.SuppressThrowing);
        // Whoever comes from now on waits for the next one.
        lock (gate) (current, next) = (pass.Work, null);
        return await run(pass.Asked);
    }

    private sealed class Pass
    {
        public List<TAsk> Asked { get; } = [];

        public Task<IReadOnlyList<TAnswer>> Work { get; set; } = null!;
    }
}
