using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Hub;

/// <summary>What the process remembers of an instance between two looks at its document.</summary>
internal sealed class Cell(string id)
{
    public const long Never = long.MaxValue;

    private readonly Lock gate = new();
    private bool hangs;
    private List<Finished>? finished;
    private HashSet<(string Run, int Task)>? underway;

    public string Id => id;

    // These four belong to the agenda.
    public bool Queued { get; set; }
    public bool Busy { get; set; }
    public bool Again { get; set; }
    public long Due { get; set; } = Never;

    // These two to whoever has taken it.
    public Trouble Trouble { get; set; }
    public int Failures { get; set; }

    /// <summary>A turn of it has not come back; its thread is still at it.</summary>
    public bool Hangs { get => Volatile.Read(ref hangs); set => Volatile.Write(ref hangs, value); }

    /// <summary>No activity of it is under way or unrecorded.</summary>
    public bool Rests { get { lock (gate) return underway is null or { Count: 0 }; } }

    /// <summary>Claims an activity: false where it is under way already.</summary>
    public bool Begin(string run, int task)
    {
        lock (gate) return (underway ??= []).Add((run, task));
    }

    /// <summary>Its outcome, to be recorded at the next look. Until then it stays claimed.</summary>
    public void Finish(Finished outcome)
    {
        lock (gate) (finished ??= []).Add(outcome);
    }

    /// <summary>It was not done after all, so it may be begun again.</summary>
    public void Abandon(string run, int task)
    {
        lock (gate) underway?.Remove((run, task));
    }

    public IReadOnlyList<Finished> Unrecorded()
    {
        lock (gate) return finished is null ? [] : [.. finished];
    }

    public void Recorded(IReadOnlyList<Finished> outcomes)
    {
        if (outcomes.Count == 0) return;
        lock (gate)
        {
            foreach (var o in outcomes)
            {
                finished!.Remove(o);
                underway!.Remove((o.Run, o.Task));
            }
        }
    }
}

/// <summary>An activity is over; what came of it is an event of the history.</summary>
internal sealed record Finished(string Run, int Task, HistoryEvent Outcome);
