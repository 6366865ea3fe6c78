using System.Net;
using Personalization.Functions.Azure;
using Personalization.Storage;
using Personalization.Tests.Azure.Fakes;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

public sealed class KeyVaultSecretsTests : SecretsContract
{
    private static readonly KeyVaultOptions Options = new() { Vault = FakeVault.Address, Retries = 0 };
    private readonly FakeIdentity identity = new(TimeSpan.FromHours(1));

    protected override ISecrets Open() => Open(new FakeVault());

    [Fact]
    public async Task A_vault_that_protects_from_purging_says_that_the_secret_can_come_back()
    {
        var vault = new FakeVault { PurgeProtected = true };
        var secrets = Open(vault);
        await secrets.Put("salt", Declared.Utf8("1"), Condition.None, Stop);
        Assert.Equal(Outcome.Ok(false), await secrets.Delete("salt", Stop));
        Assert.Equal(Status.NotFound, (await secrets.Get("salt", Stop)).Status);
        Assert.True(vault.StillHas("salt"));
        Assert.Equal(Status.Conflict, (await secrets.Put("salt", Declared.Utf8("2"), Condition.None, Stop)).Status);
    }

    [Fact]
    public async Task A_destroyed_secret_is_purged_and_not_only_hidden()
    {
        var vault = new FakeVault();
        var secrets = Open(vault);
        await secrets.Put("salt", Declared.Utf8("1"), Condition.None, Stop);
        Assert.Equal(Outcome.Ok(true), await secrets.Delete("salt", Stop));
        Assert.False(vault.StillHas("salt"));
    }

    [Fact]
    public async Task The_vault_is_asked_with_the_applications_identity()
    {
        await Open().Get("salt", Stop);
        Assert.Equal(["https://vault.azure.net/.default"], identity.Scopes);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, Status.Throttled)]
    [InlineData(HttpStatusCode.ServiceUnavailable, Status.Throttled)]
    [InlineData(HttpStatusCode.InternalServerError, Status.Unavailable)]
    [InlineData(HttpStatusCode.Forbidden, Status.Unavailable)]
    public async Task Trouble_is_an_outcome(HttpStatusCode said, Status expected)
    {
        var secrets = Open(new FakeVault { Trouble = () => Wire.Say(said, ("Retry-After", "9")) });
        var got = await secrets.Get("salt", Stop);
        Assert.Equal((expected, TimeSpan.FromSeconds(expected == Status.Throttled ? 9 : 0)), (got.Status, got.RetryAfter));
        Assert.Equal(expected, (await secrets.Put("salt", Declared.Utf8("1"), Condition.Absent, Stop)).Status);
        Assert.Equal(expected, (await secrets.Delete("salt", Stop)).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_vault_that_does_not_answer_is_cut_by_the_deadline()
    {
        var clock = new ManualClock();
        var silent = new Wire(async (_, _) => await new TaskCompletionSource<HttpResponseMessage>().Task);
        var getting = new KeyVaultSecrets(Options, identity, clock, silent.Transport).Get("salt", Stop).AsTask();
        clock.Advance(Options.Deadline);
        Assert.Equal(Status.Unavailable, (await getting).Status);
    }

    private KeyVaultSecrets Open(FakeVault vault) => new(Options, identity, new HastyClock(Options.Deadline), vault.Wire.Transport);
}
