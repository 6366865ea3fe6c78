using Azure.Core;
using Azure.Identity;

namespace Personalization.Functions.Azure;

/// <summary>Who the application is to Azure.</summary>
public static class AzureIdentity
{
    /// <param name="clientId">The user-assigned managed identity; null where a developer's own sign-in, or a system-assigned identity, is meant.</param>
    public static TokenCredential Of(string? clientId) =>
        clientId is null ? new DefaultAzureCredential() : new ManagedIdentityCredential(ManagedIdentityId.FromUserAssignedClientId(clientId));
}
