using System.Buffers.Text;
using System.Security.Cryptography;
using Personalization.Audit;
using Personalization.Privacy.Erasing;
using Personalization.Privacy.Requests;

namespace Personalization.Privacy.Exporting;

/// <summary>Hands out exports: by a link that can be used once and not for long, whoever has it.</summary>
public sealed class ExportDesk(RequestBook book, Exports exports, PersonReader reader, AuditLog audit, PrivacyOptions options, TimeProvider time)
{
    private const int HandleBytes = 16;
    private const int SecretBytes = 32;

    /// <summary>A new link to what came of a request; the one before is no longer good. Null where there is nothing to be had.</summary>
    public async ValueTask<ExportLink?> Give(string id, CancellationToken stop)
    {
        var handle = PrivacyRequest.HandleOf(id);
        var token = Base64Url.EncodeToString([.. Convert.FromHexString(handle), .. RandomNumberGenerator.GetBytes(SecretBytes)]);
        var answer = await book.Tell(handle, new RequestCommand.Give(RequestDesk.HashOf(token), time.GetUtcNow() + options.LinkLife), stop);
        return answer is { Decision: RequestDecision.Changed, Request.Export: { LinkUntil: { } until } } ? new($"/privacy/exports/{token}", until) : null;
    }

    /// <summary>
    /// What a link leads to, the first time; null ever after, and for whatever is no link. Of two who use it at the same
    /// moment one is first. Who was one person when it was gathered has to be one still.
    /// </summary>
    public async ValueTask<byte[]?> Take(string token, CancellationToken stop)
    {
        if (HandleOf(token) is not { } handle) return null;
        if (await book.Tell(handle, new RequestCommand.Take(RequestDesk.HashOf(token)), stop) is not { Decision: RequestDecision.Changed, Request: var request }) return null;
        var file = await exports.Open(handle, request.People, await reader.Persons(request.People, stop), stop);
        // Before it leaves; who cannot be told does not get it.
        if (file is not null) await audit.Append(Fact(request, "fetched"), stop);
        return file;
    }

    internal static AuditFact Fact(PrivacyRequest request, string what) => new(
        AuditTypes.Exported, null, new Dictionary<string, string>(StringComparer.Ordinal) { ["request"] = request.Handle, ["type"] = RequestWords.Of(request.Type), ["what"] = what });

    private static string? HandleOf(string token)
    {
        Span<byte> bytes = stackalloc byte[HandleBytes + SecretBytes];
        if (token.Length != Base64Url.GetEncodedLength(bytes.Length)) return null;
        return Base64Url.TryDecodeFromChars(token, bytes, out var length) && length == bytes.Length ? Convert.ToHexStringLower(bytes[..HandleBytes]) : null;
    }
}

/// <param name="Path">Where it is fetched, once.</param>
/// <param name="Until">Until when.</param>
public sealed record ExportLink(string Path, DateTimeOffset Until)
{
    // Records print their members; a link is a key.
    public override string ToString() => nameof(ExportLink);
}
