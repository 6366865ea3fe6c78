namespace Personalization.Decisions;

/// <summary>
/// What is an engine's own: what there is to choose from and which places are to be filled. Who asks, what they allow, the
/// rules, the choice itself and the log are the same for all.
/// </summary>
public interface IDecisionEngine
{
    DecisionEngine Engine { get; }

    EngineOptions Options { get; }

    /// <summary>Fills the pool and the slots. The person's hints are there; nothing is read here.</summary>
    void Gather(Decision d);
}
