using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Security.KeyVault.Secrets;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>
/// Secrets in Key Vault, as base64. A vault knows no conditional write: conditions are checked by reading first, so two
/// processes that create one name in the same moment both succeed and the later one is current. Who creates secrets
/// must be one at a time (a start-up singleton or an orchestration), and reads back what it wrote.
/// </summary>
public sealed class KeyVaultSecrets : ISecrets
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private readonly KeyVaultOptions options;
    private readonly TimeProvider clock;
    private readonly SecretClient client;

    public KeyVaultSecrets(KeyVaultOptions options, TokenCredential identity, TimeProvider clock) : this(options, identity, clock, null) { }

    internal KeyVaultSecrets(KeyVaultOptions options, TokenCredential identity, TimeProvider clock, HttpPipelineTransport? transport)
    {
        (this.options, this.clock) = (options, clock);
        var how = new SecretClientOptions { Retry = { MaxRetries = options.Retries } };
        // Addresses carry the secrets' names.
        how.Diagnostics.IsLoggingEnabled = false;
        how.Diagnostics.IsDistributedTracingEnabled = false;
        if (transport is not null) how.Transport = transport;
        client = new SecretClient(options.Vault, identity, how);
    }

    public ValueTask<Outcome<Secret>> Get(string name, CancellationToken stop) => Call(name, cut => Read(name, cut), stop);

    public ValueTask<Outcome<Etag>> Put(string name, ReadOnlyMemory<byte> value, Condition when, CancellationToken stop)
    {
        if (value.Length > Secret.MaxBytes) return ValueTask.FromResult(Outcome.Failed<Etag>(Status.TooLarge));
        return Call(name, async cut =>
        {
            if (when.Kind != ConditionKind.None)
            {
                var there = await Call(name, inner => Read(name, inner), cut);
                if (there.Status is not (Status.Ok or Status.NotFound)) return new(there.Status, default, there.RetryAfter);
                if (!Holds(when, there)) return Outcome.Failed<Etag>(Status.Conflict);
            }
            var written = await client.SetSecretAsync(new KeyVaultSecret(name, Convert.ToBase64String(value.Span)), cut);
            return Outcome.Ok(new Etag(0, written.Value.Properties.Version));
        }, stop);
    }

    public ValueTask<Outcome<bool>> Delete(string name, CancellationToken stop) => Call(name, async cut =>
    {
        var deletion = await client.StartDeleteSecretAsync(name, cut);
        while (!deletion.HasCompleted)
        {
            await Task.Delay(Poll, clock, cut);
            await deletion.UpdateStatusAsync(cut);
        }
        return Outcome.Ok(await Purged(name, cut));
    }, stop);

    private async Task<Outcome<Secret>> Read(string name, CancellationToken cut)
    {
        var secret = await client.GetSecretAsync(name, cancellationToken: cut);
        return Outcome.Ok(new Secret(Convert.FromBase64String(secret.Value.Value), new Etag(0, secret.Value.Properties.Version)));
    }

    // A vault with purge protection, or an identity without the right, keeps the secret recoverable until its retention ends.
    private async Task<bool> Purged(string name, CancellationToken cut)
    {
        try
        {
            await client.PurgeDeletedSecretAsync(name, cut);
            return true;
        }
        catch (RequestFailedException refused) when (refused.Status is 400 or 403)
        {
            return false;
        }
    }

    private static bool Holds(Condition when, Outcome<Secret> there) =>
        when.Kind == ConditionKind.Absent ? !there.Ok : there.Ok && there.Value.Etag == when.Etag;

    private ValueTask<Outcome<T>> Call<T>(string name, Func<CancellationToken, Task<Outcome<T>>> call, CancellationToken stop)
    {
        Secret.RequireName(name);
        return Deadline.Within(options.Deadline, clock, async cut =>
        {
            try
            {
                return await call(cut);
            }
            catch (RequestFailedException answer) when (answer.Status is 404 or 409 or 429 or 503)
            {
                return answer.Status switch
                {
                    404 => Outcome.Failed<T>(Status.NotFound),
                    409 => Outcome.Failed<T>(Status.Conflict),
                    _ => Outcome.Throttled<T>(answer.GetRawResponse() is { } raw ? RestService.RetryAfter(raw) : TimeSpan.FromSeconds(1)),
                };
            }
        }, stop);
    }
}
