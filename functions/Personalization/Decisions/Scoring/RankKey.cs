namespace Personalization.Decisions.Scoring;

/// <summary>
/// A score and a place in one number: the lower number is the better one, that is the higher score, then the lower place.
/// No two places have the same key, so whatever orders keys gives one answer only.
/// </summary>
internal static class RankKey
{
    private const uint Sign = 0x8000_0000;

    /// <summary>A score that is no number ranks with the lowest there is; both zeros are the same score.</summary>
    public static ulong Of(float score, int place)
    {
        var bits = BitConverter.SingleToUInt32Bits(float.IsNaN(score) ? float.NegativeInfinity : score + 0f);
        // As floats are stored, numbers below zero grow downwards: turn those round, then put all others above them.
        var rising = bits ^ ((uint)((int)bits >> 31) | Sign);
        return ((ulong)~rising << 32) | (uint)place;
    }

    public static int Place(ulong key) => (int)(uint)key;

    public static float Score(ulong key)
    {
        var rising = ~(uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle(rising ^ ((rising & Sign) != 0 ? Sign : uint.MaxValue));
    }
}
