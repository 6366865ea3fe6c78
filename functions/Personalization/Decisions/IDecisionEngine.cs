namespace Personalization.Decisions;

/// <summary>
/// What is an engine's own: what there is to choose from and which places are to be filled. Who asks, what they allow, the
/// rules, the choice itself and the log are the same for all.
/// </summary>
public interface IDecisionEngine
{
    DecisionEngine Engine { get; }

    EngineOptions Options { get; }

    /// <summary>
    /// Stands for a question that many ask alike, so that it can be answered from what was prepared; 0 for one that is
    /// answered for itself. Completes the question where the frontend left it open.
    /// </summary>
    ulong Shape(Decision d) => 0;

    /// <summary>Fills the pool and the slots. The person's hints are there; nothing is read here.</summary>
    void Gather(Decision d);
}
