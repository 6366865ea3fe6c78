using System.Text.Json;
using Personalization.Audit.Merkle;

namespace Personalization.Tests.Audit;

/// <summary>The hashes and proofs of RFC 6962, against vectors of others and against the definition itself.</summary>
public sealed class MerkleTests
{
    private static readonly JsonElement Vectors = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "tests", "Personalization.Tests", "Audit", "vectors", "merkle-proofs.json")));

    [Fact]
    public void Every_published_inclusion_vector_gets_its_verdict()
    {
        var seen = 0;
        foreach (var v in Vectors.GetProperty("inclusion").EnumerateArray())
        {
            var good = IsHash(v, "leafHash") && ProofCheck.Inclusion(Hash(v, "leafHash"), Number(v, "leafIdx"), Number(v, "treeSize"), Hashes(v), Hash(v, "root"));
            Assert.True(good != v.GetProperty("wantErr").GetBoolean(), v.GetProperty("_name").GetString());
            seen++;
        }

        Assert.True(seen >= 60);
    }

    [Fact]
    public void Every_published_consistency_vector_gets_its_verdict()
    {
        var seen = 0;
        foreach (var v in Vectors.GetProperty("consistency").EnumerateArray())
        {
            var good = v.TryGetProperty("size1", out _)
                ? ProofCheck.Consistency(Number(v, "size1"), Hash(v, "root1"), Number(v, "size2"), Hash(v, "root2"), Hashes(v))
                : v.TryGetProperty("leafIdx", out _)
                ? IsHash(v, "leafHash") && ProofCheck.Inclusion(Hash(v, "leafHash"), Number(v, "leafIdx"), Number(v, "start"), Number(v, "end"), Hashes(v), Hash(v, "root"))
                : ProofCheck.Subtree(Number(v, "start"), Number(v, "end"), Hash(v, "root1"), Number(v, "size"), Hash(v, "root2"), Hashes(v));
            Assert.True(good != v.GetProperty("wantErr").GetBoolean(), v.GetProperty("_name").GetString());
            seen++;
        }

        Assert.True(seen >= 250);
    }

    [Fact]
    public void Our_proofs_are_those_of_the_definition_for_every_leaf_of_every_small_tree()
    {
        for (var size = 1; size <= 130; size++)
        {
            var (tree, leaves) = Tree(size, size);
            Assert.Equal(NaiveTree.Root(leaves), Bytes(tree.Root()));
            for (var i = 0; i < size; i++) Inclusion(tree, leaves, i, size);
            for (var from = 1; from <= size; from++) Consistency(tree, leaves, from, size);
        }
    }

    [Fact]
    public void And_for_random_ones_of_larger_trees()
    {
        var random = new Random(62);
        for (var round = 0; round < 40; round++)
        {
            var size = random.Next(131, 9000);
            var (tree, leaves) = Tree(size, round);
            Inclusion(tree, leaves, random.Next(size), size);
            Consistency(tree, leaves, random.Next(1, size), size);
            // Proofs of the log as it was.
            var earlier = random.Next(2, size);
            Inclusion(tree, [.. leaves.Take(earlier)], random.Next(earlier), earlier);
        }
    }

    [Fact]
    public void A_proof_with_any_bit_flipped_a_hash_more_or_one_less_proves_nothing()
    {
        var random = new Random(69);
        for (var round = 0; round < 300; round++)
        {
            var size = random.Next(2, 200);
            var (tree, leaves) = Tree(size, round);
            var index = random.Next(size);
            var (leaf, root) = (Digest.Read(leaves[index]), tree.Root());
            var path = ProofPlan.Inclusion(index, size).Select(r => Of(tree, r)).ToList();
            var other = Flip(path[random.Next(path.Count)], random);
            Assert.False(ProofCheck.Inclusion(Flip(leaf, random), index, size, path, root));
            Assert.False(ProofCheck.Inclusion(leaf, index, size, path, Flip(root, random)));
            Assert.False(ProofCheck.Inclusion(leaf, index, size, [.. path.Take(path.Count - 1), Flip(path[^1], random)], root));
            Assert.False(ProofCheck.Inclusion(leaf, index, size, [.. path, other], root));
            Assert.False(ProofCheck.Inclusion(leaf, index, size, [.. path.Skip(1)], root));
        }
    }

    [Fact]
    public void A_tree_that_knows_segments_only_by_their_root_has_the_same_hash()
    {
        var (whole, leaves) = Tree((3 * SegmentTile.Leaves) + 77, 1);
        var sparse = new HashTree();
        for (var s = 0; s < 2; s++)
        {
            var tile = SegmentTile.Of([.. leaves.Skip(s * SegmentTile.Leaves).Take(SegmentTile.Leaves).Select(l => Digest.Read(l))]);
            Assert.Equal(whole.Find(new(SegmentTile.Levels, s)), tile.Root);
            sparse.AddSegment(tile.Root);
        }

        foreach (var leaf in leaves.Skip(2 * SegmentTile.Leaves)) sparse.Add(Digest.Read(leaf));
        Assert.Equal((whole.Size, whole.Root()), (sparse.Size, sparse.Root()));
        sparse.Forget(3 * SegmentTile.Leaves);
        Assert.Equal(whole.Root(), sparse.Root());
        Assert.Null(sparse.Find(new(0, 0)));
        Assert.Null(sparse.Find(new(0, (3 * SegmentTile.Leaves) - 1)));
        Assert.Equal(Digest.Read(leaves[3 * SegmentTile.Leaves]), sparse.Find(new(0, 3 * SegmentTile.Leaves)));
        sparse.Add(Digest.Read(leaves[0]));
        whole.Add(Digest.Read(leaves[0]));
        Assert.Equal(whole.Root(), sparse.Root());
    }

    private static void Inclusion(HashTree tree, IReadOnlyList<byte[]> leaves, int index, int size)
    {
        var path = ProofPlan.Inclusion(index, size).Select(r => Of(tree, r)).ToList();
        Assert.Equal(NaiveTree.Path(index, leaves), path.Select(Bytes));
        Assert.True(ProofCheck.Inclusion(Digest.Read(leaves[index]), index, size, path, Digest.Read(NaiveTree.Root(leaves))));
    }

    private static void Consistency(HashTree tree, IReadOnlyList<byte[]> leaves, int from, int to)
    {
        var path = ProofPlan.Consistency(from, to).Select(r => Of(tree, r)).ToList();
        Assert.Equal(NaiveTree.Consistency(from, leaves), path.Select(Bytes));
        Assert.True(ProofCheck.Consistency(from, Digest.Read(NaiveTree.Root([.. leaves.Take(from)])), to, Digest.Read(NaiveTree.Root(leaves)), path));
    }

    private static (HashTree Tree, List<byte[]> Leaves) Tree(int size, int seed)
    {
        var (tree, leaves, random) = (new HashTree(), new List<byte[]>(), new Random(seed));
        for (var i = 0; i < size; i++)
        {
            var entry = new byte[random.Next(1, 40)];
            random.NextBytes(entry);
            leaves.Add(System.Security.Cryptography.SHA256.HashData([0, .. entry]));
            Assert.Equal(leaves[^1], Bytes(TreeHash.Leaf(entry)));
            tree.Add(TreeHash.Leaf(entry));
        }

        return (tree, leaves);
    }

    private static Digest Of(HashTree tree, TreeRange range) => TreeRange.Join(range.Nodes().Select(n => tree.Find(n)!.Value).ToArray());

    private static byte[] Bytes(Digest digest)
    {
        var bytes = new byte[Digest.Bytes];
        digest.Write(bytes);
        return bytes;
    }

    private static Digest Flip(Digest digest, Random random)
    {
        var bytes = Bytes(digest);
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return Digest.Read(bytes);
    }

    // A number beyond what a long can say is beyond every tree.
    private static long Number(JsonElement v, string name) => unchecked((long)v.GetProperty(name).GetUInt64());

    // No text at all is no hash, which our reading of a proof refuses before it is checked.
    private static bool IsHash(JsonElement v, string name) => v.GetProperty(name).GetString() is { Length: > 0 } text && (text.Length < 44 || Digest.Parse(text) is not null);

    // What is not 32 bytes in a vector is filled up: here a hash cannot have another length.
    private static Digest Hash(JsonElement v, string name) => Digest.Read([.. v.GetProperty(name).GetBytesFromBase64(), .. new byte[Digest.Bytes]]);

    private static List<Digest> Hashes(JsonElement v) => v.GetProperty("proof") is { ValueKind: JsonValueKind.Array } proof
        ? [.. proof.EnumerateArray().Select(p => Digest.Read([.. p.GetBytesFromBase64(), .. new byte[Digest.Bytes]]))] : [];
}
