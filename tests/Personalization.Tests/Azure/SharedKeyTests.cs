using Personalization.Functions.Azure;
using Personalization.Tests.Azure.Emulators;

namespace Personalization.Tests.Azure;

/// <summary>Signatures against foreign vectors; that whole requests are signed right is shown by Azurite taking them.</summary>
public sealed class SharedKeyTests
{
    private static readonly byte[] Secret = Convert.FromBase64String(StorageEmulator.Key);

    /// <summary>From the tests of Azure's first SDK for Node (sharedkey-tests); its path has no leading slash.</summary>
    [Fact]
    public void A_blob_call_is_signed_as_the_vector_says()
    {
        (string, string)[] own = [("x-ms-version", "2011-08-18"), ("x-ms-date", "Fri, 23 Sep 2011 01:37:34 GMT")];
        var text = SharedKey.ForBlobs("GET", _ => "", own, StorageEmulator.Account, "container", [("restype", "container")]);
        Assert.Equal("Y5R86+6XE5MH602SIyjeTwlJuQjbawv20PT4kb/F/04=", SharedKey.Sign(Secret, text));
    }

    /// <summary>The example of "Authorize with Shared Key" in the storage services' REST documentation.</summary>
    [Fact]
    public void The_text_to_sign_is_the_documented_one()
    {
        (string, string)[] own = [("x-ms-version", "2015-02-21"), ("x-ms-date", "Fri, 26 Jun 2015 23:39:12 GMT")];
        (string, string)[] query = [("timeout", "20"), ("restype", "container"), ("comp", "metadata")];
        Assert.Equal(
            "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20",
            SharedKey.ForBlobs("GET", name => name == "Content-Length" ? "0" : "", own, "myaccount", "/mycontainer", query));
    }

    /// <summary>From the tests of Azure's first SDK for Node (sharedkeylitetable-tests).</summary>
    [Theory]
    [InlineData("Mon, 05 Dec 2011 17:55:02 GMT", "/", "comp=properties&restype=service", "b89upLBiJ54w3Ju3zBv4GzThZGj/M6C3CdTm1BySj28=")]
    [InlineData("Fri, 23 Sep 2011 01:37:34 GMT", "Tables", "", "c8dPVfX0lX++AxpLHNLSU8Afdd7MIoIDNX0xzo1satk=")]
    public void A_table_call_is_signed_as_the_vector_says(string date, string path, string query, string signature)
    {
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => (p.Split('=')[0], p.Split('=')[1]));
        Assert.Equal(signature, SharedKey.Sign(Secret, SharedKey.ForTables(date, StorageEmulator.Account, path, pairs)));
    }
}
