using Personalization.Functions.Azure;
using Personalization.Tests.Azure.Emulators;

namespace Personalization.Tests.Azure;

/// <summary>With Azure chosen, the start says everything that is missing or wrong at once.</summary>
public sealed class AzureOptionsTests
{
    private static readonly (string, string)[] Addresses =
    [
        ("Cosmos__Endpoint", "https://a.documents.azure.com/"), ("StorageAccount__Blobs", "https://a.blob.core.windows.net/"), ("StorageAccount__Tables", "https://a.table.core.windows.net/"),
        ("EventHubs__Namespace", "https://a.servicebus.windows.net/"), ("KeyVault__Vault", "https://a.vault.azure.net/"),
    ];

    [Fact]
    public void Nothing_but_the_addresses_is_needed() => Assert.Empty(Faults(Addresses));

    [Fact]
    public void Every_address_that_is_missing_is_named()
    {
        var faults = Faults();
        Assert.Equal(5, faults.Count);
        Assert.All(Addresses, a => Assert.Contains(faults, f => f.Contains(a.Item1, StringComparison.Ordinal)));
    }

    [Fact]
    public void Another_storage_asks_for_none_of_them() => Assert.Empty(Faults(chosen: false));

    [Fact]
    public void Signing_in_with_an_identity_needs_https() =>
        Assert.Equal(5, Faults([.. Addresses.Select(a => (a.Item1, a.Item2.Replace("https", "http", StringComparison.Ordinal)))]).Count);

    [Fact]
    public void The_emulators_settings_are_valid() =>
        Assert.Empty(new StorageEmulator(new("http://127.0.0.1:1/"), new("http://127.0.0.1:2/")).Options.Faults());

    [Fact]
    public void Keys_come_with_their_names_and_are_never_repeated()
    {
        var faults = Faults([.. Addresses, ("StorageAccount__Key", "secret!"), ("EventHubs__Key", "secret!")]);
        Assert.Equal(3, faults.Count);
        Assert.DoesNotContain(faults, f => f.Contains("secret!", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_out_of_range_is_named_whatever_is_chosen() => Assert.Equal(
        ["Cosmos__Deadline", "Cosmos__ThrottleRetries", "EventHubs__Attempts", "EventHubs__Partitions", "KeyVault__Retries", "StorageAccount__Deadline"],
        Faults([("Cosmos__Deadline", "00:00:00"), ("Cosmos__ThrottleRetries", "10"), ("StorageAccount__Deadline", "1.00:00"), ("EventHubs__Partitions", "0"), ("EventHubs__Attempts", "0"), ("KeyVault__Retries", "11")], chosen: false)
            .Select(f => f.Split(' ')[0]).Order(StringComparer.Ordinal));

    private static IReadOnlyList<string> Faults((string Key, string Value)[]? given = null, bool chosen = true)
    {
        var settings = new Settings((given ?? []).Select(g => KeyValuePair.Create(g.Key, g.Value)));
        AzureStorageOptions.Read(settings, chosen);
        return settings.Faults();
    }
}
