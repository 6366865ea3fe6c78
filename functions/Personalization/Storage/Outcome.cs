namespace Personalization.Storage;

/// <summary>What became of a storage call. Expected paths are values; exceptions are left for the impossible.</summary>
public enum Status : byte
{
    Ok,

    /// <summary>Nothing is there, or what was there has expired.</summary>
    NotFound,

    /// <summary>The condition did not hold: someone else wrote first.</summary>
    Conflict,

    /// <summary>Refused for now; <see cref="Outcome{T}.RetryAfter"/> says when to come back.</summary>
    Throttled,

    /// <summary>The store cannot be reached or did not answer within its deadline. The call may or may not have taken effect.</summary>
    Unavailable,

    /// <summary>The body is over the store's limit.</summary>
    TooLarge,
}

public readonly record struct Outcome<T>(Status Status, T Value, TimeSpan RetryAfter)
{
    public bool Ok => Status == Status.Ok;

    /// <summary>The value, where anything else would be a broken dependency that only a retry can cure.</summary>
    public T Required(Store store) => Ok ? Value : throw new StoreUnavailableException(store.Name, Status);
}

public static class Outcome
{
    public static Outcome<T> Ok<T>(T value) => new(Status.Ok, value, TimeSpan.Zero);

    public static Outcome<T> Failed<T>(Status status) => new(status, default!, TimeSpan.Zero);

    public static Outcome<T> Throttled<T>(TimeSpan retryAfter) => new(Status.Throttled, default!, retryAfter);
}

/// <summary>A store did not do what this caller cannot go on without. Names the store, never what was asked of it.</summary>
public sealed class StoreUnavailableException(string store, Status status)
    : Exception($"The store '{store}' answered {status}.")
{
    public string Store { get; } = store;

    public Status Status { get; } = status;
}
