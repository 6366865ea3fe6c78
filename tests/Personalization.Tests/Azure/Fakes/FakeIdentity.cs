using Azure.Core;

namespace Personalization.Tests.Azure.Fakes;

/// <summary>Hands out numbered tokens and remembers what they were for.</summary>
internal sealed class FakeIdentity(TimeSpan life) : TokenCredential
{
    private int count;

    public List<string> Scopes { get; } = [];

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        Scopes.AddRange(requestContext.Scopes);
        return new($"token-{Interlocked.Increment(ref count)}", TimeProvider.System.GetUtcNow() + life);
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
