using Personalization.Functions.Durable.Protocol;

namespace Personalization.Functions.Durable.Execution;

/// <summary>How failures are told: types and messages of the .NET engine, which whoever reads the host's status pages knows.</summary>
internal static class Failures
{
    private const string TaskFailed = "Microsoft.DurableTask.TaskFailedException";
    private const string NonDeterministic = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException";

    /// <summary>A step that came back failed, as the program sees it. The host leaves the details out where there is no such function.</summary>
    public static StepFailedException OfStep(string name, int id, FailureDetails? details) =>
        new($"Task '{name}' (#{id}) failed with an unhandled exception: {details?.ErrorMessage ?? "there is no such function"}") { Details = details };

    /// <summary>A program that ended in an exception. Programs hold handles only, so its message names nobody.</summary>
    public static FailureDetails OfProgram(Exception e) => e switch
    {
        StepFailedException step => new() { ErrorType = TaskFailed, ErrorMessage = step.Message, InnerFailure = step.Details },
        _ => new() { ErrorType = e.GetType().FullName ?? "Exception", ErrorMessage = Message(e) },
    };

    // An exception may be of the program's own making, and its message then too.
    private static string Message(Exception e)
    {
        try { return e.Message ?? ""; }
        catch (Exception) { return "The program failed with an exception that cannot be read."; }
    }

    public static FailureDetails OfReplay(string history, string program) => new()
    {
        ErrorType = NonDeterministic,
        ErrorMessage = $"Non-Deterministic workflow detected: the history says {history}, but the program now {program}. A program that has begun must ask for the same things in the same order; a changed one is a new version.",
    };

    public static readonly FailureDetails OfForeignWait = new()
    {
        ErrorType = "Personalization.ForeignWait",
        ErrorMessage = "The program awaits something that is not of its workflow, so nothing could ever go on with it. A program awaits only what its context gives; everything else is the work of activities.",
    };
}
