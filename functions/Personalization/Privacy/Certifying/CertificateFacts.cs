namespace Personalization.Privacy.Certifying;

/// <summary>What a certificate is to say. Nothing in it may lead to a person.</summary>
/// <param name="Request">The handle of the request it answers.</param>
/// <param name="Type">What was asked for, in a word.</param>
/// <param name="Started">When the work began.</param>
/// <param name="Finished">When it was done.</param>
/// <param name="Deadline">By when the law wanted it done.</param>
/// <param name="Members">As how many subjects the person was known.</param>
/// <param name="Stores">Every store there is.</param>
/// <param name="Models">Models that may have learned from the person.</param>
/// <param name="ExcludedBy">By when every model in use is one that was trained without the person.</param>
public sealed record CertificateFacts(
    string Request, string Type, DateTimeOffset Started, DateTimeOffset Finished, DateTimeOffset Deadline, int Members,
    IReadOnlyList<CertifiedStore> Stores, IReadOnlyList<CertifiedModel> Models, DateTimeOffset ExcludedBy);

/// <summary>What became of a person in one store.</summary>
/// <param name="Store">The store's name.</param>
/// <param name="Kind">What kind of store it is.</param>
/// <param name="How">What is done there: one of <see cref="Erasing.Ways"/>.</param>
/// <param name="Found">Entries that were theirs.</param>
/// <param name="Deleted">How many of those were deleted.</param>
/// <param name="At">When it was last looked at.</param>
public sealed record CertifiedStore(string Store, string Kind, string How, long Found, long Deleted, DateTimeOffset At);

/// <summary>A model that may have learned from a person.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Version">The version that may have.</param>
/// <param name="ExcludedBy">By when one that has not takes its place.</param>
public sealed record CertifiedModel(string Model, string Version, DateTimeOffset ExcludedBy);
