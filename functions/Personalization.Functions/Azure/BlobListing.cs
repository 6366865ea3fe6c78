using System.Xml;
using System.Xml.Linq;
using Personalization.Storage;

namespace Personalization.Functions.Azure;

/// <summary>A page of the Blob service's list of blobs.</summary>
internal static class BlobListing
{
    private static readonly XmlReaderSettings Safe = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    public static Page<BlobInfo> Read(Stream xml)
    {
        using var reader = XmlReader.Create(xml, Safe);
        var list = XElement.Load(reader);
        var next = (string?)list.Element("NextMarker");
        return new([.. list.Descendants("Blob").Select(Blob)], string.IsNullOrEmpty(next) ? null : next);
    }

    private static BlobInfo Blob(XElement blob)
    {
        var name = blob.Element("Name")!;
        var properties = blob.Element("Properties")!;
        // Names with characters that XML has no room for come percent-encoded and say so.
        var text = (bool?)name.Attribute("Encoded") == true ? Uri.UnescapeDataString(name.Value) : name.Value;
        return new(text, (long)properties.Element("Content-Length")!, new Etag(0, properties.Element("Etag")!.Value.Trim('"')));
    }
}
