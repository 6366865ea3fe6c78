using System.Collections.Frozen;
using System.Text;

namespace Personalization.Catalog;

/// <summary>
/// The words of a catalogue: what a term's key stands for, and which terms a search text speaks of. A text speaks of a
/// category, brand or attribute value when it holds every word of its name, in any order; a plural counts as its singular.
/// </summary>
public sealed class CatalogueTerms
{
    internal const int MaxWords = 32;
    private const int MaxWordChars = 64;
    private static readonly KeyedHash Hash = new(0x776f7264, 0x776f7264);

    private readonly FrozenDictionary<ulong, TermName> names;
    private readonly FrozenDictionary<ulong, Spoken[]> byFirstWord;

    private CatalogueTerms(FrozenDictionary<ulong, TermName> names, FrozenDictionary<ulong, Spoken[]> byFirstWord) =>
        (this.names, this.byFirstWord) = (names, byFirstWord);

    public static CatalogueTerms Of(IEnumerable<Item> items)
    {
        var named = items.SelectMany(DescribedItem.Names).Distinct().ToDictionary(n => Term.Of(n.Kind, n.Name).Key);
        var spoken = named.Where(n => n.Value.Kind != TermKind.PriceBand)
            .Select(n => new Spoken(new(n.Key), WordsOf(n.Value))).Where(s => s.Words.Length is > 0 and <= MaxWords);
        return new(named.ToFrozenDictionary(), spoken.GroupBy(s => s.Words[0]).ToFrozenDictionary(g => g.Key, g => g.ToArray()));
    }

    public TermName? NameOf(Term term) => names.TryGetValue(term.Key, out var name) ? name : null;

    /// <summary>The terms a search text speaks of, as many as fit; says how many. Allocates nothing.</summary>
    public int Find(ReadOnlySpan<byte> query, Span<ulong> found)
    {
        Span<ulong> words = stackalloc ulong[MaxWords];
        words = words[..Words(query, words)];
        var n = 0;
        foreach (var word in words)
        {
            if (!byFirstWord.TryGetValue(word, out var candidates)) continue;
            foreach (var candidate in candidates)
            {
                if (n == found.Length) return n;
                if (candidate.IsIn(words) && !found[..n].Contains(candidate.Term.Key)) found[n++] = candidate.Term.Key;
            }
        }

        return n;
    }

    private static ulong[] WordsOf(TermName name)
    {
        Span<ulong> words = stackalloc ulong[MaxWords];
        var text = name.Kind == TermKind.Attribute ? name.Name[(name.Name.IndexOf('=') + 1)..] : name.Name;
        return words[..Words(Encoding.UTF8.GetBytes(text), words)].ToArray();
    }

    /// <summary>A hash for each word: letters and digits, in lower case.</summary>
    internal static int Words(ReadOnlySpan<byte> text, Span<ulong> words)
    {
        var n = 0;
        Span<byte> word = stackalloc byte[MaxWordChars];
        var length = 0;
        while (n < words.Length)
        {
            var more = Rune.DecodeFromUtf8(text, out var rune, out var used) == System.Buffers.OperationStatus.Done;
            if (more && Rune.IsLetterOrDigit(rune) && length + 4 <= word.Length) length += Rune.ToLowerInvariant(rune).EncodeToUtf8(word[length..]);
            else if (length > 0)
            {
                words[n++] = Hash.Of(Singular(word[..length]));
                length = 0;
            }

            if (text.IsEmpty) return n;
            text = text[used..];
        }

        return n;
    }

    private static ReadOnlySpan<byte> Singular(ReadOnlySpan<byte> word) =>
        word.Length > 3 && word[^1] == (byte)'s' && word[^2] != (byte)'s' ? word[..^1] : word;

    private sealed record Spoken(Term Term, ulong[] Words)
    {
        public bool IsIn(ReadOnlySpan<ulong> words)
        {
            foreach (var word in Words)
                if (!words.Contains(word)) return false;
            return true;
        }
    }
}
