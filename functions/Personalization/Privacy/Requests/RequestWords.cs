using System.Text.Json.Serialization;

namespace Personalization.Privacy.Requests;

/// <summary>What a person may ask for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestType>))]
public enum RequestType
{
    /// <summary>That everything about them is deleted.</summary>
    Erasure = 1,

    /// <summary>What is kept of them, all of it.</summary>
    Access,

    /// <summary>What they gave or let us see, to take it elsewhere.</summary>
    Portability,
}

/// <summary>Under which law.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Regulation>))]
public enum Regulation { Gdpr = 1, Ccpa }

/// <summary>How a request stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestState>))]
public enum RequestState
{
    /// <summary>It waits for the person to show that it is them.</summary>
    Unverified = 1,

    /// <summary>It waits for staff to say yes.</summary>
    Unapproved,

    /// <summary>It may be carried out, as soon as nothing else is done about the person.</summary>
    Pending,

    /// <summary>It is being carried out, and cannot be taken back.</summary>
    InProgress,

    Completed,

    /// <summary>Somebody took it back.</summary>
    Cancelled,

    /// <summary>Staff refused it, or it was not verified in time.</summary>
    Denied,

    /// <summary>A step did not succeed however often it was tried; staff may have it tried again.</summary>
    Failed,
}

/// <summary>Where a request that is carried out is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RequestPhase>))]
public enum RequestPhase
{
    /// <summary>The person is locked: nobody else changes them meanwhile.</summary>
    Held = 1,

    /// <summary>From here on nothing is taken in or served for the person.</summary>
    Tombstoned,

    /// <summary>Everything is deleted; what is still in the stream runs out.</summary>
    Waiting,

    /// <summary>It is deleted and searched for once more.</summary>
    Verifying,
}

/// <summary>The same as they are written outside.</summary>
public static class RequestWords
{
    public const string Types = "erasure, access, portability";

    public static RequestType? TypeOf(string? word) => word switch { "erasure" => RequestType.Erasure, "access" => RequestType.Access, "portability" => RequestType.Portability, _ => null };

    public static Regulation? RegulationOf(string? word) => word switch { "gdpr" => Regulation.Gdpr, "ccpa" => Regulation.Ccpa, _ => null };

    public static string Of(RequestType type) => type switch { RequestType.Erasure => "erasure", RequestType.Access => "access", _ => "portability" };

    public static string Of(Regulation regulation) => regulation == Regulation.Ccpa ? "ccpa" : "gdpr";

    public static string Of(RequestState state) => state switch
    {
        RequestState.Unverified => "identity_unverified",
        RequestState.Unapproved => "awaiting_approval",
        RequestState.Pending => "pending",
        RequestState.InProgress => "in_progress",
        RequestState.Completed => "completed",
        RequestState.Cancelled => "cancelled",
        RequestState.Denied => "denied",
        _ => "failed",
    };

    public static RequestState? StateOf(string word) => Enum.GetValues<RequestState>().Cast<RequestState?>().FirstOrDefault(s => Of(s!.Value) == word);

    public static string Of(RequestPhase phase) => phase switch
    {
        RequestPhase.Held => "held",
        RequestPhase.Tombstoned => "tombstoned",
        RequestPhase.Waiting => "waiting",
        _ => "verifying",
    };

    /// <summary>
    /// As OpenDSR has it, which knows four words. One that failed is still to be done, so it is in progress; one that was
    /// denied will never be, which is its cancelled.
    /// </summary>
    public static string DsrOf(RequestState state) => state switch
    {
        RequestState.Unverified or RequestState.Unapproved or RequestState.Pending => "pending",
        RequestState.InProgress or RequestState.Failed => "in_progress",
        RequestState.Completed => "completed",
        _ => "cancelled",
    };
}
