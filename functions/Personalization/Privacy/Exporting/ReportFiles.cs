using System.IO.Compression;
using System.Text.Json;

namespace Personalization.Privacy.Exporting;

/// <summary>A report as files that people and programs open: all of it as JSON, its tables as CSV.</summary>
internal static class ReportFiles
{
    private static readonly Stored Readable = new(new(Stored.Default.Options) { WriteIndented = true, NewLine = "\n" });

    public static byte[] Zip(PersonReport report)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, report, "data.json", JsonSerializer.SerializeToUtf8Bytes(report, Readable.PersonReport));
            Add(zip, report, "values.csv", Values(report));
            Add(zip, report, "consents.csv", Consents(report));
            Add(zip, report, "identifiers.csv", Identifiers(report));
            if (report.Decisions is { } decisions) Add(zip, report, "decisions.csv", Decisions(decisions));
            if (report.Stores is { } stores) Add(zip, report, "stores.csv", Stores(stores));
            if (report.Members.Any(m => m.Experiments is { Count: > 0 })) Add(zip, report, "experiments.csv", Experiments(report));
            if (report.Members.Any(m => m.Log is not null)) Add(zip, report, "log.csv", Log(report));
        }

        return bytes.ToArray();
    }

    // The archive would take the time from the machine.
    private static void Add(ZipArchive zip, PersonReport report, string name, byte[] body)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.Optimal);
        entry.LastWriteTime = report.GeneratedAt;
        using var into = entry.Open();
        into.Write(body);
    }

    private static byte[] Values(PersonReport report)
    {
        var csv = new CsvText("subject", "feature", "kept_in", "name", "about", "value", "at", "source_event", "policy_version", "purposes");
        foreach (var m in report.Members)
            foreach (var v in m.Values) csv.Row(m.Subject, v.Feature, v.KeptIn, v.Name, v.About, v.Value, v.At, v.Source, v.PolicyVersion, string.Join(' ', v.Purposes));
        return csv.ToBytes();
    }

    private static byte[] Consents(PersonReport report)
    {
        var csv = new CsvText("subject", "number", "at", "granted", "denied", "source", "notice_version", "policy_version", "region", "signals");
        foreach (var m in report.Members)
            foreach (var (number, row) in m.Consents.Select(c => (c.Number, c.Row)))
                csv.Row(m.Subject, number, row?.At, row is null ? null : string.Join(' ', row.Granted), row is null ? "everything" : string.Join(' ', row.Denied), row?.Source, row?.NoticeVersion, row?.PolicyVersion, row?.Region, row is null ? null : string.Join(' ', row.Signals));
        return csv.ToBytes();
    }

    private static byte[] Identifiers(PersonReport report)
    {
        var csv = new CsvText("kind", "first_seen", "last_seen", "signed_in", "ended_at");
        foreach (var i in report.Identifiers) csv.Row(i.Namespace, i.FirstSeen, i.LastSeen, i.SignedIn, i.EndedAt);
        return csv.ToBytes();
    }

    private static byte[] Decisions(IReadOnlyList<ReportedDecision> decisions)
    {
        var csv = new CsvText("decision", "at", "bytes", "chosen");
        foreach (var d in decisions) csv.Row(d.Decision, d.At, d.Bytes, d.Chosen is null ? null : string.Join(' ', d.Chosen));
        return csv.ToBytes();
    }

    private static byte[] Experiments(PersonReport report)
    {
        var csv = new CsvText("subject", "experiment", "variant", "first_seen");
        foreach (var m in report.Members)
            foreach (var e in m.Experiments ?? []) csv.Row(m.Subject, e.Experiment, e.Variant, e.At);
        return csv.ToBytes();
    }

    private static byte[] Stores(IReadOnlyList<ReportedStore> stores)
    {
        var csv = new CsvText("store", "purpose", "sensitivity", "kept");
        foreach (var s in stores) csv.Row(s.Store, s.Purpose, s.Sensitivity, s.Kept);
        return csv.ToBytes();
    }

    private static byte[] Log(PersonReport report)
    {
        var csv = new CsvText("subject", "at", "type", "open", "personal");
        foreach (var m in report.Members)
            foreach (var e in m.Log ?? []) csv.Row(m.Subject, e.At, e.Type, Said(e.Open), Said(e.Personal));
        return csv.ToBytes();
    }

    private static string? Said(IReadOnlyDictionary<string, string>? said) => said is null ? null : string.Join("; ", said.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => $"{s.Key}={s.Value}"));
}
