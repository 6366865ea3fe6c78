namespace Personalization.Events;

/// <summary>Where a request comes from, as far as the frontend says.</summary>
public sealed record RequestContext(string? Region, string? Device, string? Channel);
