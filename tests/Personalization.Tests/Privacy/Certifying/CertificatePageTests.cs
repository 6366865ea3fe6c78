using Personalization.Privacy.Certifying;
using Personalization.Tests.Audit;

namespace Personalization.Tests.Privacy.Certifying;

/// <summary>What people read and print.</summary>
public sealed class CertificatePageTests
{
    [Fact]
    public async Task It_says_what_the_certificate_says()
    {
        var page = CertificatePage.Html(await Issued());
        foreach (var text in new[] { "request r-1", "2 subjects, all of them erased", "2026-01-06 10:01:01 UTC", "entries are deleted", "nobody can be found in it", "Models trained after this erasure", "By 2026-01-06 09:00:00 UTC every model" })
            Assert.Contains(text, page, StringComparison.Ordinal);
        Assert.DoesNotContain("done after it", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_one_page_by_itself_and_runs_nothing()
    {
        var page = CertificatePage.Html(await Issued());
        foreach (var odd in new[] { "<script", "http:", "https:", "src=", "href=", "url(", "@import", " on" + "click" })
            Assert.DoesNotContain(odd, page, StringComparison.OrdinalIgnoreCase);
        Assert.StartsWith("<!doctype html>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_in_a_certificate_can_become_part_of_the_page()
    {
        // Such a one is never issued; whoever forges a file and has it shown gets to see text.
        var good = await Issued();
        var forged = good with { Facts = good.Facts with { Request = "<img src=x onerror=alert(1)>", Stores = [.. good.Facts.Stores, new("<b>", "\"", "'&<script>", 1, 1, default)] }, Training = "</p><script>" };
        var page = CertificatePage.Html(forged);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_and_done_too_late_are_said()
    {
        var issued = await Issued();
        var page = CertificatePage.Html(issued with { Facts = issued.Facts with { Deadline = issued.Facts.Started, Stores = [.. issued.Facts.Stores.Select(s => s with { Found = 0, Deleted = 0 })] } });
        Assert.Contains("nothing about them was found", page, StringComparison.Ordinal);
        Assert.Contains("(done after it)", page, StringComparison.Ordinal);
    }

    private static async Task<ErasureCertificate> Issued()
    {
        var clock = new ManualClock();
        await using var world = new AuditWorld(clock);
        return await CertificatesTests.Issuer(world.Open(), world.Storage.Documents, clock).Issue(CertificatesTests.Facts(), default);
    }
}
