namespace Personalization.Events.Reading;

/// <summary>What is wrong with an event: the field, and a reason that reads on from its name. Both are texts of ours.</summary>
public readonly record struct Fault(string Field, string Reason)
{
    public bool None => Field is null;
}
