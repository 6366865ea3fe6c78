using System.Text;

namespace Personalization.Storage.Embedded;

/// <summary>What may be a key. The bound is Cosmos DB's for ids, so that nothing works on a laptop only.</summary>
internal static class Keys
{
    private const int MaxBytes = 1023;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Throws on a key no store would take; half a surrogate pair would come back from disk as another key.</summary>
    public static void Require(string key, string name)
    {
        if (key.Length == 0 || Strict.GetByteCount(key) > MaxBytes) throw new ArgumentException($"A key has 1 to {MaxBytes} bytes.", name);
    }
}
