using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Personalization.Decisions.Logging;

/// <summary>
/// Encrypts one block of 16 bytes under a number that is used once: XTS-AES-128 (IEEE 1619) of a unit of one block, the nonce
/// being the number of the unit. mask = AES(second key, nonce), sealed = AES(first key, block xor mask) xor mask. Without the
/// keys the sealed block is as good as chance, and equal blocks under two nonces have nothing in common.
/// </summary>
internal sealed class DecisionSeal
{
    public const int KeyBytes = 32;

    private readonly byte[] key;
    private readonly ThreadLocal<Lane> lanes;
    private readonly (HardwareAes Block, HardwareAes Mask)? hardware;

    public DecisionSeal(ReadOnlySpan<byte> key) : this(key, HardwareAes.IsSupported) { }

    internal DecisionSeal(ReadOnlySpan<byte> key, bool byHardware)
    {
        if (key.Length != KeyBytes) throw new ArgumentException($"A key has {KeyBytes} bytes.", nameof(key));
        this.key = key.ToArray();
        // A cipher's state belongs to one thread at a time, and making one costs more than using it.
        lanes = new(() => new(this.key));
        if (byHardware) hardware = (new(key[..(KeyBytes / 2)]), new(key[(KeyBytes / 2)..]));
    }

    public static DecisionSeal Random() => new(RandomNumberGenerator.GetBytes(KeyBytes));

    public bool Is(ReadOnlySpan<byte> other) => CryptographicOperations.FixedTimeEquals(key, other);

    public UInt128 Seal(ulong nonce, UInt128 block)
    {
        if (hardware is { } processor)
        {
            var own = processor.Mask.Encrypt((UInt128)nonce << 64);
            return processor.Block.Encrypt(block ^ own) ^ own;
        }

        var lane = lanes.Value!;
        var mask = lane.Mask(nonce);
        return lane.Encrypt(block ^ mask) ^ mask;
    }

    public UInt128 Open(ulong nonce, UInt128 block)
    {
        var lane = lanes.Value!;
        var mask = lane.Mask(nonce);
        return lane.Decrypt(block ^ mask) ^ mask;
    }

    private sealed class Lane
    {
        private const int Half = KeyBytes / 2;

        private readonly byte[] block = new byte[Half];
        private readonly ICryptoTransform encrypt, decrypt, mask;

        public Lane(byte[] key)
        {
            (encrypt, mask) = (Cipher(key.AsSpan(0, Half), true), Cipher(key.AsSpan(Half), true));
            decrypt = Cipher(key.AsSpan(0, Half), false);
        }

        public UInt128 Mask(ulong nonce) => Run(mask, (UInt128)nonce << 64);

        public UInt128 Encrypt(UInt128 value) => Run(encrypt, value);

        public UInt128 Decrypt(UInt128 value) => Run(decrypt, value);

        private UInt128 Run(ICryptoTransform cipher, UInt128 value)
        {
            BinaryPrimitives.WriteUInt128BigEndian(block, value);
            cipher.TransformBlock(block, 0, Half, block, 0);
            return BinaryPrimitives.ReadUInt128BigEndian(block);
        }

        private static ICryptoTransform Cipher(ReadOnlySpan<byte> key, bool encrypts)
        {
            using var aes = Aes.Create();
            (aes.Mode, aes.Padding, aes.Key) = (CipherMode.ECB, PaddingMode.None, key.ToArray());
            return encrypts ? aes.CreateEncryptor() : aes.CreateDecryptor();
        }
    }
}
