using System.Runtime.Versioning;
using Personalization.Storage;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Storage;

public sealed class FileSecretsTests : SecretsContract, IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("secrets").FullName;

    protected override ISecrets Open() => new FileSecrets(directory);

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact, UnsupportedOSPlatform("windows")]
    public async Task Only_the_owner_can_read_a_secret_even_where_the_directory_was_open()
    {
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        await Open().Put("key", Declared.Utf8("1"), Condition.None, Stop);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(directory, "key")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
    }

    [Fact]
    public async Task Secrets_outlive_the_process()
    {
        var put = await Open().Put("key", Declared.Utf8("1"), Condition.None, Stop);
        var got = await Open().Get("key", Stop);
        Assert.Equal((put.Value, "1"), (got.Value.Etag, Declared.Text(got.Value.Value)));
    }

    [Fact]
    public async Task What_a_crash_left_of_a_write_is_cleared_away_and_the_old_value_stands()
    {
        await Open().Put("key", Declared.Utf8("old"), Condition.None, Stop);
        await File.WriteAllTextAsync(Path.Combine(directory, "key.new"), "half a new va");
        Assert.Equal("old", Declared.Text((await Open().Get("key", Stop)).Value.Value));
        Assert.Equal(["key"], Directory.EnumerateFiles(directory).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(-1)]
    public async Task A_damaged_file_is_named_and_never_taken_for_a_secret(int at)
    {
        var path = Path.Combine(directory, "key");
        await Open().Put("key", Declared.Noise(32, 1), Condition.None, Stop);
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[at < 0 ? ^1 : at] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);
        var damaged = await Assert.ThrowsAsync<InvalidDataException>(async () => await Open().Get("key", Stop));
        Assert.Contains(path, damaged.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_parallel_creators_exactly_one_wins()
    {
        var secrets = Open();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => Task.Run(async () => await secrets.Put("key", new[] { (byte)n }, Condition.Absent, Stop))));
        Assert.Single(results, r => r.Ok);
    }
}
