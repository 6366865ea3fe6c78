namespace Personalization.Consent;

/// <summary>Whether what is allowed is enough. The framework's HasFlag allocates in builds that are not optimized, where the zero-allocation claims are tested too.</summary>
public static class Coverage
{
    public static bool Cover(this Purposes allowed, Purposes needed) => (allowed & needed) == needed;
}
