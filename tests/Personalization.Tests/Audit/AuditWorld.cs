using System.Diagnostics.Metrics;
using Personalization.Audit;
using Personalization.Audit.Merkle;
using Personalization.Identity;
using Personalization.Storage;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Audit;

/// <summary>One store and as many processes with a log over it as a test wants.</summary>
internal sealed class AuditWorld : IAsyncDisposable
{
    private readonly Meter meter = new("audit");

    public AuditWorld(TimeProvider? clock = null) => Storage = InMemory.Storage(Clock = clock ?? TimeProvider.System);

    public TimeProvider Clock { get; }

    public EmbeddedStorage Storage { get; }

    public MemorySecrets Secrets { get; } = new();

    public static Subject Person(ulong number) => new(new UInt128(number, number));

    public static AuditFact Fact(int number, Subject? subject = null) => new(
        AuditTypes.RulesPromoted, subject, new Dictionary<string, string> { ["number"] = $"{number}" }, subject is null ? null : new Dictionary<string, string> { ["secret"] = $"personal-{number}" });

    public AuditParts Open(IDocuments? documents = null, IBlobs? blobs = null, AuditOptions? options = null) =>
        new(documents ?? Storage.Documents, blobs ?? Storage.Blobs, Secrets, Clock, options ?? new(TimeSpan.FromDays(365), TimeSpan.FromDays(30)), meter);

    /// <summary>Writes so many entries the quick way, many to a batch.</summary>
    public static async Task Fill(AuditParts parts, int count, Func<int, AuditFact>? fact = null)
    {
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => parts.Log.Append((fact ?? (n => Fact(n)))(i), default).AsTask()));
        await parts.Log.Sealer.Current;
    }

    public async ValueTask DisposeAsync()
    {
        meter.Dispose();
        await Storage.DisposeAsync();
    }
}

/// <summary>The log as one process has it.</summary>
internal sealed class AuditParts
{
    public AuditParts(IDocuments documents, IBlobs blobs, ISecrets secrets, TimeProvider clock, AuditOptions options, Meter meter)
    {
        Subjects = new(documents);
        Log = new(documents, blobs, Subjects, clock, meter);
        (Proofs, Reader, Keys) = (new(Log), new(Log, Subjects), new(documents, secrets, Log, options, clock));
        Checkpoints = new(documents, Log, Proofs, Keys, clock);
        Desk = new(Log, Reader, Proofs, Checkpoints, Keys);
    }

    public AuditKeys Subjects { get; }
    public AuditLog Log { get; }
    public AuditProofs Proofs { get; }
    public AuditReader Reader { get; }
    public SigningKeys Keys { get; }
    public Checkpoints Checkpoints { get; }
    public AuditDesk Desk { get; }

    public async Task<string> Export()
    {
        using var to = new MemoryStream();
        await new AuditExport(Reader, Proofs, Checkpoints, Keys).Write(to, default);
        return System.Text.Encoding.UTF8.GetString(to.ToArray());
    }

    public async Task<CheckResult> Check() => Verification.Run(new StringReader(await Export()));

    /// <summary>The numbers of <see cref="AuditWorld.Fact"/>, in order.</summary>
    public async Task<List<int>> Numbers() =>
        [.. (await InMemory.Entries(Log)).Where(e => e.Type == AuditTypes.RulesPromoted).Select(e => int.Parse(e.Open["number"]))];

    /// <summary>Every leaf, recomputed from the entries' bytes alone.</summary>
    public async Task<List<Digest>> Leaves()
    {
        var leaves = new List<Digest>();
        for (var size = await Log.End.ReadOn(default); leaves.Count < size;)
            leaves.AddRange((await Reader.Segment(leaves.Count / SegmentTile.Leaves, default)).Select(f => TreeHash.Leaf(f.Entry.Span)));
        return leaves;
    }
}
