using Personalization.Storage;

namespace Personalization.Audit;

/// <summary>Takes facts and keeps them for good. Until there is a place to keep them, all are refused.</summary>
public sealed class AuditLog
{
    private readonly string name = "audit";

    /// <summary>Durable when it returns; the value is the entry's index.</summary>
    /// <exception cref="StoreUnavailableException">The entry cannot be kept.</exception>
    public ValueTask<long> Append(AuditFact fact, CancellationToken stop)
    {
        if (!AuditTypes.Declared(fact.Type)) throw new ArgumentException("The type of an audit fact must be declared in AuditTypes.", nameof(fact));
        stop.ThrowIfCancellationRequested();
        throw new StoreUnavailableException(name, Status.Unavailable);
    }
}
