using Personalization.Functions.Azure;
using Personalization.Tests.Azure.Emulators;

namespace Personalization.Tests.Azure;

/// <summary>Options are valid as they come, and say everything that is wrong with them at once.</summary>
public sealed class AzureOptionsTests
{
    private static readonly CosmosOptions Cosmos = new() { Endpoint = new("https://a.documents.azure.com/") };
    private static readonly StorageOptions Storage = new() { Blobs = new("https://a.blob.core.windows.net/"), Tables = new("https://a.table.core.windows.net/") };
    private static readonly EventHubOptions Hubs = new() { Namespace = new("https://a.servicebus.windows.net/") };
    private static readonly KeyVaultOptions Vault = new() { Vault = new("https://a.vault.azure.net/") };

    [Fact]
    public void What_is_only_given_its_address_is_valid() =>
        Assert.Empty(Cosmos.Faults().Concat(Storage.Faults()).Concat(Hubs.Faults()).Concat(Vault.Faults()));

    [Fact]
    public void The_emulators_settings_are_valid() =>
        Assert.Empty(new StorageEmulator(new("http://127.0.0.1:1/"), new("http://127.0.0.1:2/")).Options.Faults());

    [Fact]
    public void Cosmos_names_every_setting_that_is_out_of_range() => Assert.Equal(5, (Cosmos with
    {
        Endpoint = new("http://a/"), Database = "", Deadline = TimeSpan.Zero, ThrottleRetries = 10, ThrottleWait = TimeSpan.FromMinutes(1),
    }).Faults().Count());

    [Fact]
    public void Storage_names_every_setting_that_is_out_of_range()
    {
        Assert.Equal(4, (Storage with { Blobs = new("http://a/"), Tables = new("http://a/"), Deadline = TimeSpan.Zero, BlobDeadline = TimeSpan.Zero }).Faults().Count());
        Assert.Equal(2, (Storage with { Key = "not base64!" }).Faults().Count());
    }

    [Fact]
    public void Event_hubs_names_every_setting_that_is_out_of_range() => Assert.Equal(8, (Hubs with
    {
        Namespace = new("http://a/"), Partitions = 0, KeyName = "a", RequestBytes = 2_000_000, BacklogBytes = 1,
        Deadline = TimeSpan.Zero, Attempts = 0, Pause = TimeSpan.Zero,
    }).Faults().Count());

    [Fact]
    public void Key_vault_names_every_setting_that_is_out_of_range() =>
        Assert.Equal(3, (Vault with { Vault = new("http://a/"), Deadline = TimeSpan.Zero, Retries = 11 }).Faults().Count());

    [Fact]
    public void No_error_repeats_a_key() =>
        Assert.DoesNotContain((Storage with { Key = "secret!" }).Faults().Concat((Hubs with { Key = "secret!" }).Faults()), e => e.Contains("secret!", StringComparison.Ordinal));
}
