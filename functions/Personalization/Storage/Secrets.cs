namespace Personalization.Storage;

/// <summary>Salts and signing keys, by name. Small, few, read at start and kept in memory by whoever needs them.</summary>
public interface ISecrets
{
    ValueTask<Outcome<Secret>> Get(string name, CancellationToken stop);

    /// <summary><see cref="Status.Conflict"/> when the condition does not hold.</summary>
    ValueTask<Outcome<Etag>> Put(string name, ReadOnlyMemory<byte> value, Condition when, CancellationToken stop);

    /// <summary>
    /// The value is true when the secret is destroyed for good, and false when it is out of use but the vault keeps
    /// it recoverable for a while. Deleting what is not there is <see cref="Status.NotFound"/>.
    /// </summary>
    ValueTask<Outcome<bool>> Delete(string name, CancellationToken stop);
}

public readonly record struct Secret(ReadOnlyMemory<byte> Value, Etag Etag)
{
    /// <summary>Key Vault takes 25 KB of text, and a secret travels as base64.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Names are 1 to 100 lower-case letters, digits and hyphens: what a vault accepts and every file system tells apart.</summary>
    public static void RequireName(string name)
    {
        if (name.Length is < 1 or > 100 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            throw new ArgumentException("A secret's name is 1 to 100 lower-case letters, digits and hyphens.", nameof(name));
    }
}
