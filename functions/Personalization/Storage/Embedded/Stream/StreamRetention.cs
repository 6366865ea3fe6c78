namespace Personalization.Storage.Embedded;

/// <summary>
/// Removes whole files when every record in them has outlived its hub's retention. Records are not served past their
/// retention in any case; this takes their bytes off the disk.
/// </summary>
internal sealed class StreamRetention(StreamLog stream, IFiles files)
{
    public async Task Run()
    {
        await CloseOld();
        await stream.Housekeeping.WaitAsync();
        try
        {
            RemoveExpired();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next sweep tries again.
        }
        finally
        {
            stream.Housekeeping.Release();
        }
    }

    /// <summary>Closes the current file once it is old enough, so that a quiet stream lets go of its records too.</summary>
    private async Task CloseOld()
    {
        var active = stream.Active;
        var age = Math.Min((long)stream.Options.StreamSegmentAge.TotalMilliseconds, stream.Hubs.Where(h => h.Store is not null).Select(h => h.ShortestFile).DefaultIfEmpty(long.MaxValue).Min());
        if (active.IsEmpty || stream.Now - active.BeganAt < age) return;
        var roll = new RollPending(stream.Log);
        stream.Commit.Add(roll);
        await roll.Task;
    }

    /// <summary>Oldest first and without gaps, because a gap in the numbers means a lost file at the next start.</summary>
    private void RemoveExpired()
    {
        var (segments, now) = (stream.Segments, stream.Now);
        foreach (var segment in segments.AsSpan(0, segments.Length - 1))
        {
            if (!segment.ExpiredAt(now)) break;
            files.Delete(segment.Name);
            files.SyncNames("");
            stream.Replace(segment, null);
        }
    }
}
