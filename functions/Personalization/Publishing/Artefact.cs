namespace Personalization.Publishing;

/// <summary>A kind of thing that is published in versions: rules, experiments, campaigns.</summary>
/// <param name="Name">Lower-case letters; the partition its versions are in and the label it is counted by.</param>
/// <param name="None">What is in force before the first version.</param>
/// <param name="Compile">The immutable form of a version's stored body; null, or any exception, for a body that is none.</param>
public sealed record Artefact<T>(string Name, T None, Func<int, ReadOnlyMemory<byte>, T?> Compile) where T : class
{
    /// <summary>A body that cannot be compiled for whatever reason is a broken version, and breaks nothing else.</summary>
    internal T? Compiled(int version, ReadOnlyMemory<byte> body)
    {
        try { return Compile(version, body); }
        catch (Exception) { return null; }
    }
}
