namespace Personalization.Storage.Embedded;

/// <summary>One caller waiting for the group commit. Both steps run on the committing thread.</summary>
internal interface IPending
{
    /// <summary>Decides, and adds the record to the batch if there is one.</summary>
    void Stage(RecordBuffer batch);

    /// <summary>Makes the change visible if the batch was kept, and answers the caller.</summary>
    void Settle(bool kept);
}
