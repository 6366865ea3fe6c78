using Personalization.Functions;
using Personalization.Functions.Hosting;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Tests.Identity;

namespace Personalization.Tests.Hosting;

/// <summary>Opening the state says all that is wrong with it, and finds it again.</summary>
public sealed class StateTests
{
    [Fact]
    public async Task An_azure_that_cannot_be_reached_is_told_store_by_store()
    {
        var settings = new Settings(new Dictionary<string, string>
        {
            ["Storage__Kind"] = "Azure", ["Cosmos__Endpoint"] = "https://127.0.0.1:1/", ["Cosmos__Gateway"] = "true", ["Cosmos__Deadline"] = "00:00:00.2", ["Cosmos__Key"] = "AAAA",
            ["StorageAccount__Blobs"] = "https://127.0.0.1:1/", ["StorageAccount__Tables"] = "https://127.0.0.1:1/", ["EventHubs__Namespace"] = "https://127.0.0.1:1/",
            ["KeyVault__Vault"] = "https://127.0.0.1:1/", ["KeyVault__Deadline"] = "00:00:01", ["KeyVault__Retries"] = "0",
        });
        var options = StateOptions.Read(settings);
        Assert.Empty(settings.Faults());
        var refused = await Assert.ThrowsAsync<StateException>(() => State.Open(options, Composition.Stores, TimeProvider.System));
        Assert.All(Composition.Stores.All.Where(s => s.Kind == StoreKind.Documents), s => Assert.Contains($"'{s.Name}' cannot be reached", refused.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_salt_of_a_directory_stays_the_same_so_that_people_are_found_again()
    {
        var directory = Directory.CreateTempSubdirectory("state-").FullName;
        var options = StateOptions.Read(new(new Dictionary<string, string> { ["Storage__Directory"] = directory }));
        await using (var first = await State.Open(options, Composition.Stores, TimeProvider.System))
        {
            var subject = People(first).Of("user", null);
            await first.DisposeAsync();
            await using var second = await State.Open(options, Composition.Stores, TimeProvider.System);
            Assert.Equal(subject, People(second).Of("user", null));
        }

        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_damaged_salt_stops_the_start_and_names_the_file()
    {
        // Going on with a new one would make everybody a stranger, silently.
        var directory = Directory.CreateTempSubdirectory("state-").FullName;
        var options = StateOptions.Read(new(new Dictionary<string, string> { ["Storage__Directory"] = directory }));
        await using (await State.Open(options, Composition.Stores, TimeProvider.System)) { }
        var file = Assert.Single(Directory.GetFiles(Path.Combine(directory, "secrets")));
        await File.WriteAllBytesAsync(file, [.. (await File.ReadAllBytesAsync(file)).Select((b, i) => i == 60 ? (byte)(b ^ 1) : b)]);
        Assert.Contains(file, (await Assert.ThrowsAsync<StateException>(() => State.Open(options, Composition.Stores, TimeProvider.System))).Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_salt_that_is_gone_while_people_are_there_stops_the_start()
    {
        var directory = Directory.CreateTempSubdirectory("state-").FullName;
        var options = StateOptions.Read(new(new Dictionary<string, string> { ["Storage__Directory"] = directory }));
        await using (await State.Open(options, Composition.Stores, TimeProvider.System)) { }
        Directory.Delete(Path.Combine(directory, "secrets"), recursive: true);
        var refused = await Assert.ThrowsAsync<StateException>(() => State.Open(options, Composition.Stores, TimeProvider.System));
        Assert.Contains("restore it from a backup", refused.Message, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    private static People People(State state) => Meeting.People(state.Documents, TimeProvider.System, state.Salts);
}
