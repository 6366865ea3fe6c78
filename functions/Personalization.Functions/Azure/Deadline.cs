using System.Net.Sockets;
using Azure;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>Cuts a call to a dependency when its time is up, also one that does not listen to its cancellation token.</summary>
internal static class Deadline
{
    public static async ValueTask<Outcome<T>> Within<T>(
        TimeSpan limit, TimeProvider clock, Func<CancellationToken, Task<Outcome<T>>> call, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        try
        {
            return await Owned(limit, clock, call, stop).WaitAsync(limit, clock, stop);
        }
        catch (Exception outage) when (IsOutage(outage))
        {
            stop.ThrowIfCancellationRequested();
            return Outcome.Failed<T>(Status.Unavailable);
        }
    }

    /// <summary>The dependency, or the way to it, is broken; anything else is a bug of ours and stays an exception.</summary>
    public static bool IsOutage(Exception e) => e
        is OperationCanceledException or TimeoutException or HttpRequestException or IOException or SocketException
        or RequestFailedException or AuthenticationFailedException
        || (e is AggregateException all && all.InnerExceptions.All(IsOutage))
        || IsCosmos(e);

    // The sources live as long as the call does, even where its caller has gone on.
    private static async Task<Outcome<T>> Owned<T>(
        TimeSpan limit, TimeProvider clock, Func<CancellationToken, Task<Outcome<T>>> call, CancellationToken stop)
    {
        using var cut = new CancellationTokenSource(limit, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cut.Token, stop);
        return await call(both.Token);
    }

    // Apart, so that the Cosmos assembly is loaded only once something has failed.
    private static bool IsCosmos(Exception e) => e is CosmosException;
}
