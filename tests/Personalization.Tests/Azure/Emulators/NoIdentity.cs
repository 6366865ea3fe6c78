using Azure.Core;

namespace Personalization.Tests.Azure.Emulators;

/// <summary>Emulators are opened with their keys; nobody may ask for an identity.</summary>
internal sealed class NoIdentity : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The emulator is opened with its key.");

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The emulator is opened with its key.");
}
