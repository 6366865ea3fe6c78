namespace Personalization.Functions.Durable;

/// <summary>Ids of instances as both the host and the embedded hub take them.</summary>
internal static class InstanceId
{
    private const int Longest = 100;

    public static void Require(string id)
    {
        if (id.Length is 0 or > Longest || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw new ArgumentException($"The id of an instance is 1 to {Longest} letters, digits, - and _.", nameof(id));
    }
}
