namespace Personalization.Storage.Embedded;

/// <summary>
/// Closes the current file. Everything staged before in the same batch goes to the new file, so that whoever gets the
/// answer knows: what is not visible yet is in the file with the returned number or a later one.
/// </summary>
internal sealed class RollPending(Log log) : Pending<long>
{
    protected override Outcome<long> Decide(RecordBuffer batch) =>
        log.Roll() ? Outcome.Ok(log.Number) : Outcome.Failed<long>(Status.Unavailable);
}
