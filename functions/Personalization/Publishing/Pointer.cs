using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Publishing;

/// <summary>Which version is in force, and which were before. The one thing about an artefact that ever changes.</summary>
/// <param name="Newest">The highest version that was ever published; there are no gaps below it.</param>
/// <param name="Moves">The last moves, newest first; the first one is in force.</param>
public sealed record Pointer(int Newest, IReadOnlyList<Move> Moves)
{
    public const int MaxMoves = 20;

    public static readonly Pointer None = new(0, []);

    /// <summary>The version in force; 0 where none was published.</summary>
    [JsonIgnore]
    public int Version => Moves.Count > 0 ? Moves[0].Version : 0;

    [JsonIgnore]
    public DateTimeOffset? Since => Moves.Count > 0 ? Moves[0].At : null;

    /// <summary>The version that a step back leads to: the newest among the last moves that is older than the one in force. Null where none is.</summary>
    [JsonIgnore]
    public int? Before => Moves.Where(m => m.Version < Version).Select(m => (int?)m.Version).Max();

    /// <summary>Null where a later version was published meanwhile: of two publishers the later version wins, whoever is last to say so.</summary>
    public Pointer? Published(int version, DateTimeOffset at) => version > Newest ? Moved(version, at) with { Newest = version } : null;

    /// <summary>Null where it stands there already, so that who asks twice moves it once.</summary>
    public Pointer? PointedTo(int version, DateTimeOffset at) => version == Version ? null : Moved(version, at) with { Newest = Math.Max(Newest, version) };

    /// <summary>Null for a body that is none.</summary>
    public static Pointer? Read(ReadOnlyMemory<byte> body) =>
        Stored.Read(body, Stored.Default.Pointer) is { Moves.Count: > 0 } read && read.Moves.All(m => m is { Version: > 0 }) ? read : null;

    public byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(this, Stored.Default.Pointer);

    private Pointer Moved(int version, DateTimeOffset at) => this with { Moves = [new(version, at), .. Moves.Take(MaxMoves - 1)] };
}

/// <param name="Version">What came into force.</param>
/// <param name="At">When.</param>
public sealed record Move(int Version, DateTimeOffset At);
