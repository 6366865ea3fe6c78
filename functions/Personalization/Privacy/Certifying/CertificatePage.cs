using System.Globalization;
using System.Net;
using System.Text;
using Personalization.Privacy.Erasing;

namespace Personalization.Privacy.Certifying;

/// <summary>A certificate for people, on paper or on a screen: one page by itself, with no script and nothing to be fetched.</summary>
public static class CertificatePage
{
    private const string Style = """
        @page { size: A4; margin: 18mm 16mm }
        * { box-sizing: border-box }
        body { font: 10.5pt/1.45 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff; max-width: 178mm; margin: 0 auto; padding: 8mm 0 }
        h1 { font-size: 21pt; font-weight: normal; margin: 0 0 1mm }
        h2 { font-size: 12pt; margin: 7mm 0 2mm; border-bottom: .4pt solid #1a1a1a; padding-bottom: 1mm; break-after: avoid }
        p { margin: 0 0 2mm }
        .lead { font-size: 11.5pt; margin-bottom: 5mm }
        dl { display: grid; grid-template-columns: 42mm 1fr; gap: .8mm 4mm; margin: 0 }
        dt { color: #555 } dd { margin: 0; overflow-wrap: anywhere }
        table { width: 100%; border-collapse: collapse; font-size: 9.5pt; font-variant-numeric: tabular-nums }
        thead { display: table-header-group } tr { break-inside: avoid }
        th { text-align: left; font-weight: normal; color: #555; border-bottom: .4pt solid #999; padding: 1mm 4mm 1mm 0 }
        td { border-bottom: .3pt solid #ddd; padding: 1mm 4mm 1mm 0; vertical-align: top } .n { text-align: right }
        code { font: 8.5pt/1.35 "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
        """;

    public static string Html(ErasureCertificate certificate)
    {
        var (c, facts) = (certificate, certificate.Facts);
        var to = new StringBuilder();
        to.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Certificate of {Text(facts.Type)}, request {Text(facts.Request)}</title><style>{Style}</style></head><body>
            <h1>Certificate of {Text(facts.Type)}</h1>
            <p class="lead">{Lead(facts)}</p>

            """);
        List(to, [
            ("Request", facts.Request), ("Begun", Time(facts.Started)), ("Done", Time(facts.Finished)), ("Due by law", $"{Time(facts.Deadline)}{(facts.Finished <= facts.Deadline ? "" : " (done after it)")}"),
            ("Known as", Members(facts.Members)), ("Issued", Time(c.Issued)),
        ]);
        Stores(to, facts.Stores);
        Models(to, facts, c.Training);
        to.Append("<h2>How to check it</h2>\n<p>This page only shows what is in the certificate&#39;s file, and it is the file that proves it: <code>Personalization.Functions verify &lt;file&gt;</code> needs nothing else. By hand, what stands in it as <code>signed</code> is checked with any tool for ECDSA over P-256 and SHA-256.</p>\n");
        List(to, [
            ("Key", c.Key.Id), ("Signature", c.Signature), ("SHA-256 of what is signed", c.Digest()),
            ("Entry in the audit log", c.Proof is { } p ? $"{p.Index.ToString(CultureInfo.InvariantCulture)} of {p.Size.ToString(CultureInfo.InvariantCulture)}, log {p.Checkpoint?.Origin}" : "not proven yet"),
            ("Hash of the log", c.Proof?.Root ?? ""), ("Checkpoint", c.Proof?.Checkpoint is { } k ? $"{k.Number.ToString(CultureInfo.InvariantCulture)}, {Time(k.Time)}, signed with {k.Key}" : ""),
        ]);
        return to.Append("</body></html>\n").ToString();
    }

    private static string Lead(CertificateFacts facts) => facts.Stores.Sum(s => s.Found) == 0
        ? "Every store of this service was looked through for the person who asked, and nothing about them was found."
        : "Every store of this service was looked through for the person who asked. What was found about them is deleted, or can be read by nobody any more, as it says below for each store.";

    private static string Members(int count) => count switch
    {
        0 => "nobody known here",
        1 => "1 subject",
        _ => $"{count.ToString(CultureInfo.InvariantCulture)} subjects, all of them erased",
    };

    private static void List(StringBuilder to, IEnumerable<(string Name, string Value)> pairs)
    {
        to.Append("<dl>");
        foreach (var (name, value) in pairs) to.Append(CultureInfo.InvariantCulture, $"<dt>{Text(name)}</dt><dd>{(value.Length > 40 ? $"<code>{Text(value)}</code>" : Text(value))}</dd>\n");
        to.Append("</dl>\n");
    }

    private static void Stores(StringBuilder to, IReadOnlyList<CertifiedStore> stores)
    {
        to.Append("<h2>Stores</h2>\n<table><thead><tr><th>Store</th><th>What is done there</th><th class=\"n\">Found</th><th class=\"n\">Deleted</th><th>Looked at</th></tr></thead><tbody>\n");
        foreach (var s in stores)
            to.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(s.Store)}</td><td>{Text(Meaning(s.How))}</td><td class=\"n\">{s.Found}</td><td class=\"n\">{s.Deleted}</td><td>{Time(s.At)}</td></tr>\n");
        to.Append("</tbody></table>\n");
    }

    private static void Models(StringBuilder to, CertificateFacts facts, string training)
    {
        to.Append(CultureInfo.InvariantCulture, $"<h2>Models</h2>\n<p>{Text(training)} By {Time(facts.ExcludedBy)} every model in use is to be such a one.</p>\n");
        if (facts.Models.Count == 0) to.Append("<p>No model in use has learned from this person.</p>\n");
        else List(to, facts.Models.Select(m => ($"{m.Model} {m.Version}", $"replaced by {Time(m.ExcludedBy)}")));
    }

    private static string Meaning(string how) => how switch
    {
        Ways.Deleted => "entries are deleted",
        Ways.DeletedLast => "deleted as the last step",
        Ways.Expires => "entries expire; waited for",
        Ways.Unreadable => "the key to them is destroyed",
        Ways.Aggregate => "nobody can be found in it",
        Ways.None => "nothing about people",
        _ => how,
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
