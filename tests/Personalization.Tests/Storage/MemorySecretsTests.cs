using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage;

public sealed class MemorySecretsTests : SecretsContract
{
    private readonly MemorySecrets secrets = new();

    protected override ISecrets Open() => secrets;
}
