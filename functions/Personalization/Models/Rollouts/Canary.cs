using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Serialization;
using Personalization.Identity;

namespace Personalization.Models.Rollouts;

/// <summary>A model that part of the people get.</summary>
/// <param name="Model">Its name.</param>
/// <param name="Sha256">Of its file.</param>
/// <param name="Share">How many of a hundred people, in steps of a hundredth.</param>
/// <param name="Since">From when on it is compared; anew with every other share.</param>
public sealed record Canary(string Model, string Sha256, double Share, DateTimeOffset Since)
{
    public const double MostShare = 50;

    private const int Places = 10_000;

    // The name's own hash, so that who is in one canary says nothing about the next.
    private readonly KeyedHash people = new(0x63616e617279, new KeyedHash(0, 0x6e616d65).Of(Encoding.UTF8.GetBytes(Model)));
    private readonly int taken = (int)Math.Round(Share * Places / 100);

    [JsonIgnore]
    public Promotion Promotion { get; } = new(Model, Sha256);

    /// <summary>The same answer for the same person always; with a larger share whoever was in stays in.</summary>
    public bool Takes(Subject subject) => (int)(Spread(subject) % Places) < taken;

    /// <summary>One of so many parts the person is in, whether they are in the canary or not.</summary>
    internal int PartOf(Subject subject, int parts) => (int)(Spread(subject) / Places % (ulong)parts);

    private ulong Spread(Subject subject)
    {
        var key = subject.Key;
        return people.Of(MemoryMarshal.AsBytes(new ReadOnlySpan<UInt128>(in key)));
    }
}
