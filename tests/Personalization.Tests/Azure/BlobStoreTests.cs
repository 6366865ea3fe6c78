using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

[Collection(EmulatorCollection.Name)]
public sealed class BlobStoreTests(AzureEmulators azure) : BlobsContract
{
    /// <summary>The emulator looks at the time of a call, so it is the real one.</summary>
    protected override async ValueTask<IBlobs> Open(StoreRegistry stores, TimeProvider clock)
    {
        await azure.Storage.Create(stores);
        return new BlobStore(stores, azure.Storage.Options, new NoIdentity(), TimeProvider.System);
    }
}
