using System.Buffers.Binary;
using Personalization.Consent;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Profiles;

/// <summary>What the profile remembers of a person's decisions, so that events and decisions need not ask the ledger.</summary>
public sealed class ProfileConsent(IDocuments documents)
{
    private const string Id = "consent";
    private const int Size = 32;

    /// <summary><see cref="ConsentState.None"/> where nothing is remembered; the ledger may know more.</summary>
    public async ValueTask<ConsentState> Read(Subject subject, CancellationToken stop)
    {
        var found = await documents.Get(Profile.Store, subject.ToString(), Id, stop);
        return found.Status == Status.NotFound ? ConsentState.None : Decode(found.Required(Profile.Store).Body.Span);
    }

    /// <summary>Keeps the state unless a later one is there: of two writers the one who knows more wins.</summary>
    public async ValueTask Write(Subject subject, ConsentState state, Purposes effective, CancellationToken stop)
    {
        while (true)
        {
            var found = await documents.Get(Profile.Store, subject.ToString(), Id, stop);
            if (found.Status != Status.NotFound && Decode(found.Required(Profile.Store).Body.Span).Next > state.Next) return;
            var when = found.Ok ? Condition.Matches(found.Value.Etag) : Condition.Absent;
            var written = await documents.Put(Profile.Store, subject.ToString(), Id, Encode(state, effective), when, null, stop);
            if (written.Status == Status.Conflict) continue;
            written.Required(Profile.Store);
            return;
        }
    }

    private static byte[] Encode(ConsentState state, Purposes effective)
    {
        var body = new byte[Size];
        (body[0], body[1], body[2]) = ((byte)state.Vote.Granted, (byte)state.Vote.Denied, (byte)effective);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(8), state.Next);
        BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(16), state.At.UtcTicks);
        return body;
    }

    // What nobody can read may have been a no; the ledger will write over it.
    private static ConsentState Decode(ReadOnlySpan<byte> body) => body.Length != Size ? ConsentState.None with { Vote = Vote.No(Purposes.All) } : new(
        new((Purposes)body[0], (Purposes)body[1]), BinaryPrimitives.ReadInt64LittleEndian(body[8..]), new(BinaryPrimitives.ReadInt64LittleEndian(body[16..]), TimeSpan.Zero));
}
