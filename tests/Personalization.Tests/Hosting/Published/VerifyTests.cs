using Personalization.Tests.Audit;

namespace Personalization.Tests.Hosting.Published;

/// <summary>The verb with which an auditor checks an export, as it is deployed.</summary>
[Collection(nameof(PublishedApp))]
public sealed class VerifyTests(PublishedApp app)
{
    [Fact]
    public async Task An_export_is_good_and_a_damaged_one_is_refused_with_its_first_bad_entry()
    {
        var directory = Directory.CreateTempSubdirectory("verify-").FullName;
        await using var world = new AuditWorld();
        var parts = world.Open();
        for (var i = 0; i < 20; i++) await parts.Log.Append(AuditWorld.Fact(i, AuditWorld.Person(1)), default);
        var export = await parts.Export();
        await File.WriteAllTextAsync(Path.Combine(directory, "good"), export);
        await File.WriteAllTextAsync(Path.Combine(directory, "bad"), export.Replace("\"number\":\"7\"", "\"number\":\"8\"", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(directory, "other"), "hello");

        using var good = AppProcess.Start(app, directory, 1, ["verify", "good"]);
        Assert.Equal(0, await good.Exit());
        Assert.Contains("Good: 21 entries", good.Output, StringComparison.Ordinal);
        using var bad = AppProcess.Start(app, directory, 1, ["verify", "bad"]);
        Assert.Equal(1, await bad.Exit());
        Assert.Contains("Entry 7 does not say what its bytes say.", bad.Output, StringComparison.Ordinal);
        using var other = AppProcess.Start(app, directory, 1, ["verify", "other"]);
        Assert.Equal(1, await other.Exit());
        using var none = AppProcess.Start(app, directory, 1, ["verify", "nowhere"]);
        Assert.Equal(2, await none.Exit());
        Directory.Delete(directory, recursive: true);
    }
}
