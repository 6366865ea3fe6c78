namespace Personalization.Storage.Embedded;

/// <summary>A caller of the group commit and the answer it will get.</summary>
internal abstract class Pending<T>() : TaskCompletionSource<Outcome<T>>(TaskCreationOptions.RunContinuationsAsynchronously), IPending
{
    private Outcome<T> answer;

    public void Stage(RecordBuffer batch) => answer = Decide(batch);

    /// <summary>Nobody hears "done" or "conflict" about a batch that was not kept: both could rest on something that is gone.</summary>
    public void Settle(bool kept)
    {
        if (!answer.Ok)
        {
            SetResult(kept ? answer : Outcome.Failed<T>(Status.Unavailable));
            return;
        }
        if (kept) Apply();
        else Abandon();
        SetResult(kept ? answer : Outcome.Failed<T>(Status.Unavailable));
    }

    protected abstract Outcome<T> Decide(RecordBuffer batch);

    protected virtual void Apply() { }

    protected virtual void Abandon() { }
}
