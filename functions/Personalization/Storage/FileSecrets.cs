using System.Buffers.Binary;
using System.Security.Cryptography;
using Personalization.Storage.Embedded;

namespace Personalization.Storage;

/// <summary>
/// One file per secret, readable by its owner only: 8 bytes of version, 32 of SHA-256 over version and value, the value.
/// The version is drawn anew for every write, so one that is gone never matches again. A write goes to a second file that
/// takes the first one's name once it is safe; a delete overwrites the bytes before it drops the name.
/// </summary>
public sealed class FileSecrets : ISecrets
{
    private const int Header = 8 + SHA256.HashSizeInBytes;
    private readonly string directory;
    private readonly Lock gate = new();

    public FileSecrets(string directory)
    {
        this.directory = Path.GetFullPath(directory);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(this.directory);
        else
        {
            Directory.CreateDirectory(this.directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.SetUnixFileMode(this.directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        foreach (var left in Directory.EnumerateFiles(this.directory, "*.new")) Shred(left);
    }

    public ValueTask<Outcome<Secret>> Get(string name, CancellationToken stop) => InTurn(() => Read(PathOf(name)));

    public ValueTask<Outcome<Etag>> Put(string name, ReadOnlyMemory<byte> value, Condition when, CancellationToken stop) => InTurn(() =>
    {
        if (value.Length > Secret.MaxBytes) return Outcome.Failed<Etag>(Status.TooLarge);
        var path = PathOf(name);
        if (when.Kind != ConditionKind.None && !Holds(when, Read(path))) return Outcome.Failed<Etag>(Status.Conflict);
        var version = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        Replace(path, Encode(version, value.Span));
        return Outcome.Ok(new Etag(version));
    });

    public ValueTask<Outcome<bool>> Delete(string name, CancellationToken stop) => InTurn(() =>
    {
        var path = PathOf(name);
        if (!File.Exists(path)) return Outcome.Failed<bool>(Status.NotFound);
        Shred(path);
        DirectorySync.Flush(directory);
        return Outcome.Ok(true);
    });

    private static bool Holds(Condition when, Outcome<Secret> there) =>
        when.Kind == ConditionKind.Absent ? !there.Ok : there.Ok && there.Value.Etag == when.Etag;

    private static Outcome<Secret> Read(string path)
    {
        if (!File.Exists(path)) return Outcome.Failed<Secret>(Status.NotFound);
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < Header || !Digest(bytes.AsSpan(0, 8), bytes.AsSpan(Header)).AsSpan().SequenceEqual(bytes.AsSpan(8, SHA256.HashSizeInBytes)))
            throw new InvalidDataException($"The secret file {path} is damaged.");
        return Outcome.Ok(new Secret(bytes.AsMemory(Header), new Etag(BinaryPrimitives.ReadUInt64LittleEndian(bytes))));
    }

    private static byte[] Encode(ulong version, ReadOnlySpan<byte> value)
    {
        var bytes = new byte[Header + value.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, version);
        Digest(bytes.AsSpan(0, 8), value).CopyTo(bytes, 8);
        value.CopyTo(bytes.AsSpan(Header));
        return bytes;
    }

    private static byte[] Digest(ReadOnlySpan<byte> version, ReadOnlySpan<byte> value)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(version);
        hash.AppendData(value);
        return hash.GetHashAndReset();
    }

    private void Replace(string path, byte[] bytes)
    {
        var fresh = path + ".new";
        using (var file = new FileStream(fresh, OwnerOnly(FileMode.Create)))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }
        File.Move(fresh, path, overwrite: true);
        DirectorySync.Flush(directory);
    }

    // What the disk itself remembers of overwritten blocks is beyond a file's reach; full-disk encryption is the answer to that.
    private static void Shred(string path)
    {
        using (var file = new FileStream(path, OwnerOnly(FileMode.Open)))
        {
            file.Write(new byte[file.Length]);
            file.Flush(flushToDisk: true);
        }
        File.Delete(path);
    }

    private static FileStreamOptions OwnerOnly(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows() && mode == FileMode.Create) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }

    private string PathOf(string name)
    {
        Secret.RequireName(name);
        return Path.Combine(directory, name);
    }

    private ValueTask<Outcome<T>> InTurn<T>(Func<Outcome<T>> act)
    {
        lock (gate) return ValueTask.FromResult(act());
    }
}
