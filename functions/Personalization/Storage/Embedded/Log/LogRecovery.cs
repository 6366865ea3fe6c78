namespace Personalization.Storage.Embedded;

/// <summary>An unacknowledged end of a file that a crash had left and that was cut off at start.</summary>
public sealed record CutTail(string File, long Offset, long Bytes);

/// <summary>Replays the files of one log at start.</summary>
internal sealed class LogRecovery(IFiles files, string kind)
{
    public delegate void Replay(long number, long at, ReadOnlySpan<byte> payload);

    public List<CutTail> Cut { get; } = [];

    public long Bytes { get; private set; }

    /// <param name="first">The number the files must begin with; 0 takes what is there.</param>
    /// <param name="replay">Gets every record but the marks.</param>
    /// <returns>The highest number found, or 0.</returns>
    public long Run(long first, Replay replay)
    {
        var numbers = LogNames.Numbers(files, kind);
        for (var i = 0; i < numbers.Count; i++)
        {
            var expected = i == 0 ? first : numbers[i - 1] + 1;
            if (expected > 0 && numbers[i] != expected) throw Missing(LogNames.Of(kind, expected));
            ReplayFile(numbers[i], last: i == numbers.Count - 1, replay);
        }
        return numbers.Count == 0 ? 0 : numbers[^1];
    }

    public static StorageStartException Missing(string name) => new(name, 0,
        "the file is missing although later ones are there; restore it, or the whole directory, from a backup");

    private void ReplayFile(long number, bool last, Replay replay)
    {
        var name = LogNames.Of(kind, number);
        using var file = files.Open(name);
        var header = LogHeader.Read(file);
        if (header is null || header.Value.Number != number) throw Damaged(name, 0);
        using var reader = new RecordReader(file, LogHeader.Bytes, file.Length);
        while (true)
        {
            var state = reader.Read(out var payload);
            if (state == ReadState.End) break;
            if (state == ReadState.Damaged)
            {
                if (!last || Mark.ProvesDurable(file, header.Value.Nonce, reader.At)) throw Damaged(name, reader.At);
                CutOff(file, name, reader.At);
                break;
            }
            if ((RecordType)payload[0] != RecordType.Mark) Apply(name, number, reader.At, payload, replay);
        }
        Bytes += file.Length;
    }

    private static void Apply(string name, long number, long at, ReadOnlySpan<byte> payload, Replay replay)
    {
        try
        {
            replay(number, at, payload);
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidDataException or FormatException)
        {
            throw new StorageStartException(name, at, "the record has a valid checksum but makes no sense; was it written by a later version?", fault);
        }
    }

    private void CutOff(IFile file, string name, long at)
    {
        Cut.Add(new(name, at, file.Length - at));
        file.Truncate(at);
        file.Sync();
    }

    private static StorageStartException Damaged(string name, long at) => new(name, at,
        "the record fails its checksum and was acknowledged; nothing has been changed, restore the file from a backup");
}
