using System.Buffers.Binary;
using System.Text;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Privacy.Erasing;

/// <summary>Every form in which something could still lead to somebody, and the places where one of them is found.</summary>
internal sealed class Markers
{
    private readonly List<byte[]> all = [];

    public Markers Add(Subject subject)
    {
        var (big, little) = (new byte[16], new byte[16]);
        BinaryPrimitives.WriteUInt128BigEndian(big, subject.Key);
        BinaryPrimitives.WriteUInt128LittleEndian(little, subject.Key);
        // An event in the stream is base64 and begins with the subject; what 16 bytes give in whole characters of it.
        all.AddRange([big, little, Encoding.ASCII.GetBytes(Convert.ToBase64String(little)[..21]), Encoding.ASCII.GetBytes(Convert.ToBase64String(big)[..21])]);
        return Add($"{subject}");
    }

    public Markers Add(params IEnumerable<string> texts)
    {
        all.AddRange(texts.Select(Encoding.UTF8.GetBytes));
        return this;
    }

    /// <summary>Places in the engine's memory and stream, each named by store and id.</summary>
    public List<string> In(EmbeddedStorage storage, StoreRegistry stores)
    {
        var found = new List<string>();
        foreach (var index in storage.Journal.State.Documents)
        {
            for (var slot = 0; slot < index.Slots; slot++)
            {
                var entries = new List<Entry>();
                index.At(slot)?.CopyAll(entries);
                found.AddRange(entries.Where(e => Holds(index.At(slot)!.Key) || Holds(e.Id) || Holds(e.Body)).Select(e => $"{index.Name}/{e.Id}"));
            }
        }

        foreach (var ledger in storage.Journal.State.Ledgers)
            found.AddRange(ledger.Partitions.Where(p => Holds(p.Key) || Enumerable.Range(0, p.Value.Count).Any(r => Holds(p.Value[r]))).Select(_ => $"{ledger.Name}/rows"));
        foreach (var hub in stores.All.Where(s => s.Kind == StoreKind.Stream))
        {
            for (var p = 0; p < storage.Stream.Partitions; p++)
                found.AddRange(storage.Stream.Read(hub, p, 0, int.MaxValue).Records.Where(r => Holds(r.Key!) || Holds(r.Body.Span)).Select(_ => $"{hub.Name}/record"));
        }

        foreach (var folder in stores.All.Where(s => s.Kind == StoreKind.Blobs))
            foreach (var blob in storage.Blobs.List(folder, "", null, 1000, default).AsTask().GetAwaiter().GetResult().Value.Items)
                if (Holds(blob.Name) || Holds(storage.Blobs.Get(folder, blob.Name, default).AsTask().GetAwaiter().GetResult().Value.Span)) found.Add($"{folder.Name}/blob");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    /// <summary>Files of the directory that have any of them in their bytes.</summary>
    public List<string> In(string directory) =>
        [.. Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "lock" && Holds(File.ReadAllBytes(f))).Select(f => Path.GetFileName(f))];

    private bool Holds(string text) => Holds(Encoding.UTF8.GetBytes(text));

    private bool Holds(ReadOnlySpan<byte> bytes)
    {
        foreach (var marker in all)
            if (bytes.IndexOf(marker) >= 0) return true;
        return false;
    }
}
