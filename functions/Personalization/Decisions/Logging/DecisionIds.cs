using System.Security.Cryptography;
using Personalization.Identity;
using Personalization.Storage;

namespace Personalization.Decisions.Logging;

/// <summary>
/// Names decisions and says for whom a named one was. All processes share one key, which is a secret. While that cannot be
/// loaded a key of this process alone serves; a decision named under it cannot be found later, and is answered all the same.
/// </summary>
public sealed class DecisionIds
{
    /// <summary>The secret's name.</summary>
    public const string Name = "decision-ids";

    // Where two processes make the key at once a vault keeps the later one, and the other process learns of it by looking again.
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromMinutes(1);

    private readonly ISecrets secrets;
    private readonly Refreshed<DecisionSeal> seal;
    private readonly Func<CancellationToken, Task<DecisionSeal>> load;
    private int count = RandomNumberGenerator.GetInt32(int.MaxValue);

    public DecisionIds(ISecrets secrets, TimeProvider time)
    {
        this.secrets = secrets;
        (seal, load) = (new(DecisionSeal.Random(), time, RefreshAfter), Load);
    }

    /// <summary>Loads the key, which is made where there is none.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be had now; it is asked for again by itself.</exception>
    public async ValueTask Preload(CancellationToken stop) => await seal.Loaded(load, stop);

    /// <summary>The name of a decision that is made now.</summary>
    public DecisionId New(Subject subject, DateTimeOffset now)
    {
        var nonce = DecisionId.NonceOf(now, Interlocked.Increment(ref count));
        return new(nonce, seal.Read(load).Seal(nonce, subject.Key));
    }

    /// <summary>For whom a decision was. Any well-formed text opens to somebody; only the log knows whether there is such a decision.</summary>
    public bool Open(ReadOnlySpan<char> text, out DecisionId id, out Subject subject)
    {
        subject = default;
        if (!DecisionId.TryParse(text, out id)) return false;
        subject = new(seal.Read(load).Open(id.Nonce, id.Sealed));
        return true;
    }

    /// <summary>The same for text as it was sent.</summary>
    public bool Open(ReadOnlySpan<byte> utf8, out DecisionId id, out Subject subject)
    {
        (id, subject) = (default, default);
        if (utf8.Length != DecisionId.Length) return false;
        Span<char> text = stackalloc char[DecisionId.Length];
        // What is no letter of a name stays none.
        for (var i = 0; i < text.Length; i++) text[i] = (char)utf8[i];
        return Open(text, out id, out subject);
    }

    private async Task<DecisionSeal> Load(CancellationToken stop)
    {
        var found = await secrets.Get(Name, stop);
        if (found.Status == Status.NotFound)
        {
            var made = await secrets.Put(Name, RandomNumberGenerator.GetBytes(DecisionSeal.KeyBytes), Condition.Absent, stop);
            if (made.Status is not (Status.Ok or Status.Conflict)) throw new StoreUnavailableException("secrets", made.Status);
            found = await secrets.Get(Name, stop);
        }

        if (!found.Ok) throw new StoreUnavailableException("secrets", found.Status);
        var key = found.Value.Value.Span;
        if (key.Length != DecisionSeal.KeyBytes) throw new InvalidDataException($"The secret '{Name}' is damaged; restore it from a backup, or delete it: decisions named until then cannot be found any more.");
        return seal.Current.Is(key) ? seal.Current : new(key);
    }
}
