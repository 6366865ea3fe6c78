using System.Text.Json;

namespace Personalization.Audit;

/// <summary>Checks one saved answer of the inclusion call: the path, and who signed for its root.</summary>
public static class ProofFile
{
    /// <summary>Null where the text is no such answer.</summary>
    public static CheckResult? Run(string text)
    {
        InclusionProof? proof;
        try { proof = JsonSerializer.Deserialize(text, Stored.Default.InclusionProof); }
        catch (JsonException) { return null; }
        return proof is not { Leaf: not null, Root: not null, Path: not null } ? null : Fault(proof) is { } fault
            ? new(false, proof.Index, $"Entry {proof.Index} {fault}.")
            : new(true, null, $"Good: the entry with hash {proof.Leaf} is number {proof.Index} of the {proof.Size} under root {proof.Root}{(proof.Checkpoint is { } c ? $", signed with {c.Key} at {c.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}" : "; nobody signed for that root here")}.");
    }

    private static string? Fault(InclusionProof proof)
    {
        if (!proof.Holds()) return "is not proven: the path does not lead from its hash to the root";
        if (proof.Checkpoint is not { } checkpoint) return null;
        if (checkpoint.Size != proof.Size || checkpoint.Root != proof.Root) return "is not proven: the checkpoint is of another size or root";
        return checkpoint.Fault(proof.Key) is { } fault ? $"is not proven: the checkpoint {fault}" : null;
    }
}
