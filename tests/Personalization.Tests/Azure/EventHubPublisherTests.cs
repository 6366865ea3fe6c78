using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Emulators;
using Personalization.Tests.Azure.Fakes;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

public sealed class EventHubPublisherTests : StreamContract
{
    private FakeEventHubs service = null!;

    /// <summary>In Azure the backlog is the service's: it refuses, and the publisher passes that on.</summary>
    protected override ValueTask<IStream> Open(StoreRegistry stores, TimeProvider clock, int backlog)
    {
        service = new FakeEventHubs { Capacity = backlog };
        var options = new EventHubOptions { Namespace = FakeEventHubs.Namespace, KeyName = FakeEventHubs.KeyName, Key = FakeEventHubs.Key, Attempts = 1 };
        return ValueTask.FromResult<IStream>(new EventHubPublisher(stores, options, new NoIdentity(), clock, service.Wire.Transport));
    }

    protected override ValueTask<IReadOnlyList<StreamRecord>> Published(Store hub, int partition) =>
        ValueTask.FromResult<IReadOnlyList<StreamRecord>>([.. service.Of(hub.Name, partition).Select(t => t.Record)]);
}
