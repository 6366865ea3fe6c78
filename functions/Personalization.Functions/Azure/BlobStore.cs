using System.Globalization;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Core.Pipeline;
using Personalization.Storage;
using Response = Azure.Response;

namespace Personalization.Functions.Azure;

/// <summary>Blobs over the Blob service's REST interface; stands in for <c>Azure.Storage.Blobs</c>.</summary>
public sealed class BlobStore : IBlobs
{
    private readonly StoreRegistry stores;
    private readonly RestService service;

    public BlobStore(StoreRegistry stores, StorageOptions options, TokenCredential identity, TimeProvider clock)
        : this(stores, StorageAccount.Blobs(options, identity, clock)) { }

    internal BlobStore(StoreRegistry stores, RestService service) => (this.stores, this.service) = (stores, service);

    public ValueTask<Outcome<BlobInfo>> Put(Store folder, string name, ReadOnlyMemory<byte> body, CancellationToken stop) =>
        service.Send(folder, "put", Path(folder, name), request =>
        {
            StorageAccount.Shape(request, RequestMethod.Put);
            request.Headers.SetValue("x-ms-blob-type", "BlockBlob");
            request.Headers.SetValue("If-None-Match", "*");
            request.Headers.SetValue("Content-MD5", Checksum(body.Span));
            request.Headers.SetValue("Content-Type", "application/octet-stream");
            request.Headers.SetValue("Content-Length", body.Length.ToString(CultureInfo.InvariantCulture));
            request.Content = RequestContent.Create(body);
        }, answer => Outcome.Ok(new BlobInfo(name, body.Length, Tag(answer))), stop);

    public ValueTask<Outcome<ReadOnlyMemory<byte>>> Get(Store folder, string name, CancellationToken stop) =>
        service.Send(folder, "get", Path(folder, name), request => StorageAccount.Shape(request, RequestMethod.Get), Verified, stop);

    public ValueTask<Outcome<BlobInfo>> Head(Store folder, string name, CancellationToken stop) =>
        service.Send(folder, "head", Path(folder, name), request => StorageAccount.Shape(request, RequestMethod.Head),
            answer => Outcome.Ok(new BlobInfo(name, answer.Headers.ContentLengthLong ?? 0, Tag(answer))), stop);

    public ValueTask<Outcome<bool>> Delete(Store folder, string name, CancellationToken stop) =>
        service.Send(folder, "delete", Path(folder, name), request => StorageAccount.Shape(request, RequestMethod.Delete), _ => Outcome.Ok(true), stop);

    public ValueTask<Outcome<Page<BlobInfo>>> List(Store folder, string prefix, string? next, int max, CancellationToken stop)
    {
        stores.Require(folder, StoreKind.Blobs);
        var path = $"/{folder.Name}?restype=container&comp=list&maxresults={Math.Clamp(max, 1, 5_000)}&prefix={Uri.EscapeDataString(prefix)}";
        if (next is not null) path += "&marker=" + Uri.EscapeDataString(next);
        return service.Send(folder, "list", path, request => StorageAccount.Shape(request, RequestMethod.Get),
            answer => Outcome.Ok(BlobListing.Read(answer.Content.ToStream())), stop);
    }

    /// <summary>What is missing from the account, in words for the operator; asked once at start.</summary>
    public Task<IReadOnlyList<string>> Faults(CancellationToken stop) => StorageCheck.Faults(
        service, stores.All.Where(s => s.Kind == StoreKind.Blobs), "Blob container", s => $"/{s.Name}?restype=container&comp=list&maxresults=1", stop);

    private string Path(Store folder, string name)
    {
        stores.Require(folder, StoreKind.Blobs);
        var segments = name.Split('/');
        // An address is resolved before it is sent; such a segment would lead to another blob, or out of the folder.
        if (name.Length == 0 || segments.Any(s => s is "." or "..")) throw new ArgumentException("A blob's name has no empty text and no dot segments.", nameof(name));
        return $"/{folder.Name}/" + string.Join('/', segments.Select(Uri.EscapeDataString));
    }

    private static Outcome<ReadOnlyMemory<byte>> Verified(Response answer)
    {
        var body = answer.Content.ToMemory();
        return answer.Headers.TryGetValue("Content-MD5", out var promised) && promised != Checksum(body.Span)
            ? Outcome.Failed<ReadOnlyMemory<byte>>(Status.Unavailable)
            : Outcome.Ok(body);
    }

    private static Etag Tag(Response answer) => new(0, answer.Headers.TryGetValue("ETag", out var tag) ? tag!.Trim('"') : null);

#pragma warning disable CA5351 // The service's transport checksum is MD5; nothing here relies on it against an attacker.
    private static string Checksum(ReadOnlySpan<byte> body) => Convert.ToBase64String(MD5.HashData(body));
#pragma warning restore CA5351
}
