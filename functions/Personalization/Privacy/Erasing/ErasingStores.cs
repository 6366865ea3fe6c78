using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Privacy.Erasing;

/// <summary>What opens the stores that an erasure walks.</summary>
/// <param name="Documents">Documents.</param>
/// <param name="Ledger">Ledgers.</param>
/// <param name="Blobs">Blobs.</param>
/// <param name="Embedded">The engine behind them, which can do more; null in Azure.</param>
public sealed record ErasingStores(IDocuments Documents, ILedger Ledger, IBlobs Blobs, EmbeddedStorage? Embedded);
