using System.Buffers.Binary;
using Personalization.Decisions.Logging;

namespace Personalization.Tests.Decisions.Logging;

public sealed class DecisionSealTests
{
    /// <summary>IEEE 1619-2007, annex B, vectors 1 to 3: the first block of each.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "0000000000000000", "00000000000000000000000000000000", "917cf69ebd68b2ec9b9fe9a3eadda692")]
    [InlineData("1111111111111111111111111111111122222222222222222222222222222222", "3333333333000000", "44444444444444444444444444444444", "c454185e6a16936e39334038acef838b")]
    [InlineData("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f022222222222222222222222222222222", "3333333333000000", "44444444444444444444444444444444", "af85336b597afc1a900b2eb21ec949d2")]
    public void It_is_the_standards_cipher(string key, string nonce, string plain, string cipher)
    {
        foreach (var seal in new[] { new DecisionSeal(Convert.FromHexString(key)), new DecisionSeal(Convert.FromHexString(key), byHardware: false) }) Check(seal, nonce, plain, cipher);
    }

    [Fact]
    public void The_processor_and_the_framework_agree()
    {
        if (!HardwareAes.IsSupported) return;
        var chance = new Random(11);
        for (var n = 0; n < 1000; n++)
        {
            var bytes = new byte[DecisionSeal.KeyBytes + 24];
            chance.NextBytes(bytes);
            var (nonce, block) = (BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(32)), BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(40)));
            Assert.Equal(new DecisionSeal(bytes.AsSpan(0, 32), byHardware: false).Seal(nonce, block), new DecisionSeal(bytes.AsSpan(0, 32), byHardware: true).Seal(nonce, block));
        }
    }

    private static void Check(DecisionSeal seal, string nonce, string plain, string cipher)
    {
        var (number, block, expected) = (BinaryPrimitives.ReadUInt64BigEndian(Convert.FromHexString(nonce)), Block(plain), Block(cipher));
        Assert.Equal(expected, seal.Seal(number, block));
        Assert.Equal(block, seal.Open(number, expected));
    }

    [Fact]
    public async Task Any_number_of_threads_use_it_at_once()
    {
        var seal = DecisionSeal.Random();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(t => Task.Run(() =>
        {
            for (var n = 0UL; n < 5_000; n++) Assert.Equal((UInt128)n * (uint)t, seal.Open(n, seal.Seal(n, (UInt128)n * (uint)t)));
        })));
    }

    private static UInt128 Block(string hex) => BinaryPrimitives.ReadUInt128BigEndian(Convert.FromHexString(hex));
}
