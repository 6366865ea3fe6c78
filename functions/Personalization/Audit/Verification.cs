using Personalization.Privacy.Certifying;

namespace Personalization.Audit;

/// <summary>Checks a file without knowing what it is: an exported log, one saved proof, or a certificate.</summary>
public static class Verification
{
    private const int LongestProof = 64 * 1024;

    public static CheckResult Run(TextReader file)
    {
        var first = file.ReadLine();
        if (ExportCheck.Begin(first) is { } header) return ExportCheck.Run(header, file);
        // A proof may be saved over many lines by whoever wants to read it.
        var rest = new char[LongestProof];
        var read = file.ReadBlock(rest);
        var text = first + "\n" + new string(rest, 0, read);
        return CertificateFile.Run(text) ?? ProofFile.Run(text) ?? new(false, null, "This is neither an export of an audit log, nor a saved proof, nor a certificate.");
    }
}
