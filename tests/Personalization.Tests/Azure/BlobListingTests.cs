using System.Xml;
using Personalization.Functions.Azure;
using Personalization.Tests.Storage.Contracts;

namespace Personalization.Tests.Azure;

public sealed class BlobListingTests
{
    [Fact]
    public void A_page_names_its_blobs_and_the_page_after_it()
    {
        var page = Read("""
            <?xml version="1.0" encoding="utf-8"?>
            <EnumerationResults ServiceEndpoint="https://a/" ContainerName="c"><Prefix>s</Prefix><Blobs>
            <Blob><Name>s/ä&amp;b</Name><Properties><Etag>0x8D</Etag><Content-Length>12</Content-Length></Properties></Blob>
            <Blob><Name Encoded="true">s/%EF%BF%BE</Name><Properties><Etag>"0x8E"</Etag><Content-Length>0</Content-Length></Properties></Blob>
            </Blobs><NextMarker>2!8</NextMarker></EnumerationResults>
            """);
        Assert.Equal([("s/ä&b", 12L, "0x8D"), ("s/\ufffe", 0L, "0x8E")], page.Items.Select(b => (b.Name, b.Length, b.Etag.Text!)));
        Assert.Equal("2!8", page.Next);
    }

    [Fact]
    public void The_last_page_has_none_after_it() =>
        Assert.Null(Read("<EnumerationResults><Blobs /><NextMarker /></EnumerationResults>").Next);

    [Fact]
    public void A_document_type_is_refused_before_it_can_expand_or_fetch_anything() =>
        Assert.Throws<XmlException>(() => Read("<!DOCTYPE r [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><EnumerationResults><Blobs /></EnumerationResults>"));

    private static Personalization.Storage.Page<Personalization.Storage.BlobInfo> Read(string xml) => BlobListing.Read(new MemoryStream(Declared.Utf8(xml)));
}
