using System.Text;
using Personalization.Storage.Embedded;

namespace Personalization.Tests.Storage.Embedded;

/// <summary>
/// A disk that keeps its promises and nothing more. Until they are synced, writes may survive a power cut whole, torn, in
/// any order or not at all, and names may still be what they were. It can also run out of space.
/// </summary>
internal sealed class FaultyFiles : IFiles
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, FaultyNode> durableNames;
    private readonly Dictionary<string, FaultyNode> names;
    private readonly List<Action<Dictionary<string, FaultyNode>>> pendingNames = [];
    private long operations;

    public FaultyFiles() => (durableNames, names) = ([], []);

    private FaultyFiles(Dictionary<string, FaultyNode> before, Random chance)
    {
        durableNames = before.ToDictionary(n => n.Key, n => n.Value.Survivor(chance, this));
        names = new(durableNames);
    }

    /// <summary>The power goes at this operation, counted from the beginning.</summary>
    public long CutAt { get; set; } = long.MaxValue;

    /// <summary>Bytes that can still be written.</summary>
    public long Space { get; set; } = long.MaxValue;

    /// <summary>Which files were made, and at which operation.</summary>
    public List<(long At, string Name)> Made { get; } = [];

    public long Operations => Interlocked.Read(ref operations);

    public bool IsCut => Operations >= CutAt;

    public string Name => "faulty";

    /// <summary>What a machine finds that starts again after the power was cut.</summary>
    public FaultyFiles Restarted(Random chance)
    {
        lock (gate)
        {
            // Half of the disks keep names in order, as a journaling file system does; the others promise nothing.
            var ordered = chance.Next(2) == 0;
            var upTo = chance.Next(pendingNames.Count + 1);
            foreach (var change in pendingNames.Where((_, n) => ordered ? n < upTo : chance.Next(2) == 0)) change(durableNames);
            return new(durableNames, chance);
        }
    }

    /// <summary>Where a search of the disk finds something.</summary>
    public IReadOnlyList<string> FilesHolding(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        lock (gate) return [.. names.Concat(durableNames).Where(n => n.Value.Content().AsSpan().IndexOf(bytes) >= 0).Select(n => n.Key).Distinct()];
    }

    public IDisposable Lock() => new MemoryStream();

    public IReadOnlyList<string> List(string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + '/';
        lock (gate) return [.. names.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Select(n => n[prefix.Length..].Split('/')[0]).Distinct()];
    }

    public void MakeFolder(string folder) { }

    public IFile Create(string name)
    {
        var node = new FaultyNode(this);
        lock (gate) Made.Add((Operations, name));
        Change(all => all[name] = node);
        return node;
    }

    public IFile Open(string name)
    {
        lock (gate) return names.TryGetValue(name, out var node) ? node : throw new FileNotFoundException(name);
    }

    public void Rename(string from, string to) => Change(all =>
    {
        if (all.Remove(from, out var node)) all[to] = node;
    });

    public void Delete(string name) => Change(all => all.Remove(name));

    public void SyncNames(string folder)
    {
        Step();
        lock (gate)
        {
            foreach (var change in pendingNames) change(durableNames);
            pendingNames.Clear();
        }
    }

    /// <summary>Counts an operation, and fails it when the power is off.</summary>
    public void Step()
    {
        if (Interlocked.Increment(ref operations) >= CutAt) throw new IOException("The power is off.");
    }

    /// <summary>Takes space for a write; returns how much of it there was.</summary>
    public int Take(int wanted)
    {
        lock (gate)
        {
            var taken = (int)Math.Min(wanted, Space);
            Space -= taken;
            return taken;
        }
    }

    private void Change(Action<Dictionary<string, FaultyNode>> change)
    {
        Step();
        lock (gate)
        {
            change(names);
            pendingNames.Add(change);
        }
    }
}
