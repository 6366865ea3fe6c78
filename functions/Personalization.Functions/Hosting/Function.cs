using Personalization.Storage;

namespace Personalization.Functions.Hosting;

/// <summary>One function of the application: what it is called, what starts it and what it calls.</summary>
/// <param name="Name">Capitalised letters and digits; the folder the host reads and the path of its envelopes.</param>
/// <param name="Trigger">What starts it.</param>
public sealed record Function(string Name, Trigger Trigger);

public delegate ValueTask<IResult> HttpHandler(HttpContext http);

public delegate ValueTask EventsHandler(Delivery delivery, CancellationToken stop);

public delegate ValueTask TimerHandler(TimerRun run, CancellationToken stop);

/// <summary>Takes one turn: the request's protobuf as base64 text, answered in the same form.</summary>
public delegate ValueTask<string> OrchestrationHandler(string request, CancellationToken stop);

/// <summary>Does one activity: JSON text in (null without input), JSON text out (null without result).</summary>
public delegate ValueTask<string?> ActivityHandler(string? input, CancellationToken stop);

public abstract record Trigger
{
    private Trigger() { }

    /// <param name="Methods">Upper-case HTTP methods.</param>
    /// <param name="Route">The full public path without the leading slash; lower-case, parameters in braces, no catch-all.</param>
    /// <param name="Roles">Who may call it.</param>
    /// <param name="Handle">What it calls.</param>
    /// <param name="DurableClient">Whether the host sends along how to reach its orchestrations; such a call arrives as an envelope.</param>
    public sealed record Http(IReadOnlyList<string> Methods, string Route, Roles Roles, HttpHandler Handle, bool DurableClient = false) : Trigger
    {
        public Http(string method, string route, Roles roles, HttpHandler handle) : this([method], route, roles, handle) { }
    }

    /// <param name="Hub">The stream it consumes, alone or beside others; batches of one partition come in order and never overlap.</param>
    /// <param name="Handle">What it calls. Throwing means: deliver again.</param>
    public sealed record Events(Store Hub, EventsHandler Handle) : Trigger;

    /// <param name="Schedule">Six-field cron expression in UTC, seconds first.</param>
    /// <param name="Handle">What it calls.</param>
    /// <param name="DurableClient">Whether the host sends along how to reach its orchestrations.</param>
    public sealed record Timer(string Schedule, TimerHandler Handle, bool DurableClient = false) : Trigger;

    /// <summary>Once for a process, before or just after its first calls.</summary>
    /// <param name="Handle">What it calls.</param>
    public sealed record Warmup(Func<CancellationToken, ValueTask> Handle) : Trigger;

    public sealed record Orchestration(OrchestrationHandler Handle) : Trigger;

    /// <param name="Handle">What it calls.</param>
    /// <param name="DurableClient">Whether the host sends along how to reach its orchestrations.</param>
    public sealed record Activity(ActivityHandler Handle, bool DurableClient = false) : Trigger;
}

/// <summary>The people and systems that call us. A function lists who may; nobody listed means everybody.</summary>
[Flags]
public enum Roles
{
    Anyone = 0,
    Frontend = 1,
    Marketer = 2,
    Compliance = 4,
    Operator = 8,
    Staff = Marketer | Compliance | Operator,
}

/// <param name="Last">When it ran before; null the first time, or when the host does not keep track.</param>
/// <param name="Next">When it was due.</param>
/// <param name="LastUpdated">When the record of this was written.</param>
/// <param name="IsPastDue">The occurrence was missed and is made up for.</param>
public sealed record TimerRun(DateTimeOffset? Last, DateTimeOffset? Next, DateTimeOffset? LastUpdated, bool IsPastDue);
