namespace Personalization.Storage.Embedded;

/// <summary>
/// The file that is being appended to. One thread writes: it fills <see cref="Batch"/>, then commits it with one write and
/// one sync, however many callers the batch serves.
/// </summary>
internal sealed class Log(IFiles files, string kind, EmbeddedOptions options, Action<RecordBuffer> opening) : IDisposable
{
    private readonly bool strict = options.Durability == Durability.Strict;
    private IFile file = null!;
    private ulong nonce;
    private long durable;
    private bool broken;

    public RecordBuffer Batch { get; } = new();

    public long Number { get; private set; }

    /// <summary>Everything before it has been committed.</summary>
    public long End { get; private set; }

    /// <summary>Where the last committed batch begins in the file.</summary>
    public long BatchAt { get; private set; }

    /// <summary>Bytes in closed files and this one, as far as nobody has taken them off.</summary>
    public long TotalBytes { get; set; }

    /// <summary>Runs on the writing thread after a new file has been begun: its number and the end of the one before.</summary>
    public Action<long, long>? Rolled { get; set; }

    public IFile File => file;

    public string FileName => LogNames.Of(kind, Number);

    public void StartBatch() => Batch.Reset(Mark.Bytes);

    public bool BatchIsEmpty => Batch.Length == Mark.Bytes;

    /// <summary>Writes the batch. False when the disk refused: then nothing of it counts, and the next commit tries afresh.</summary>
    public bool Commit()
    {
        if (broken ? !Repair() : End + Batch.Length > options.SegmentBytes && End > LogHeader.Bytes && !Roll()) return false;
        try
        {
            Mark.Write(Batch.Front(Mark.Bytes), nonce, durable);
            file.Write(Batch.Written, End);
            if (strict) file.Sync();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            broken = true;
            return false;
        }
        Advance(Batch.Length);
        return true;
    }

    /// <summary>Closes the file and begins the next one. False when the disk refused: then the old one goes on.</summary>
    public bool Roll()
    {
        try
        {
            if (file is not null) Sync();
            Begin(Number + 1);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return !(broken = true);
        }
    }

    /// <summary>Begins a file under a number that was never used.</summary>
    public void Begin(long number)
    {
        var first = new RecordBuffer();
        var header = LogHeader.New(number);
        first.Reset(LogHeader.Bytes);
        header.Write(first.Front(LogHeader.Bytes));
        opening(first);
        var next = Created(LogNames.Of(kind, number), first.Written);
        var previousEnd = End;
        file?.Dispose();
        (file, nonce, Number, End, durable, broken) = (next, header.Nonce, number, first.Length, first.Length, false);
        TotalBytes += first.Length;
        Rolled?.Invoke(number, previousEnd);
    }

    public void Sync()
    {
        if (durable == End) return;
        file.Sync();
        durable = End;
    }

    /// <summary>
    /// Closes after a last mark, which lets the next start tell damage in the last batch from a torn tail. A disk that
    /// refuses it costs that distinction only.
    /// </summary>
    public void Dispose()
    {
        try
        {
            Sync();
            StartBatch();
            if (!broken && Commit()) Sync();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
        }
        file.Dispose();
    }

    private void Advance(int bytes)
    {
        BatchAt = End;
        End += bytes;
        TotalBytes += bytes;
        if (strict) durable = End;
    }

    /// <summary>
    /// After a refused write or sync the file may hold parts of the batch, and pages the system has given up on. What was
    /// acknowledged is kept, the rest is cut off, and writing goes on in a new file.
    /// </summary>
    private bool Repair()
    {
        try
        {
            file.Truncate(End);
            file.Sync();
            durable = End;
            Begin(Number + 1);
            return true;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>A file gets its name when its beginning is durable, so that a named file always has one.</summary>
    private IFile Created(string name, ReadOnlySpan<byte> first)
    {
        var unfinished = name + LogNames.Unfinished;
        var next = files.Create(unfinished);
        try
        {
            next.Write(first, 0);
            next.Sync();
            files.Rename(unfinished, name);
            files.SyncNames("");
            return next;
        }
        catch
        {
            next.Dispose();
            files.Delete(unfinished);
            files.Delete(name);
            throw;
        }
    }
}
