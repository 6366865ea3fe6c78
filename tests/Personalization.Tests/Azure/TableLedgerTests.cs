using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

[Collection(EmulatorCollection.Name)]
public sealed class TableLedgerTests(AzureEmulators azure) : LedgerContract
{
    /// <summary>The emulator looks at the time of a call, so it is the real one.</summary>
    protected override async ValueTask<ILedger> Open(StoreRegistry stores, TimeProvider clock)
    {
        await azure.Storage.Create(stores);
        return new TableLedger(stores, azure.Storage.Options, new NoIdentity(), TimeProvider.System);
    }
}
