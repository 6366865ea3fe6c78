namespace Personalization.Messages;

/// <summary>Where a message reaches somebody.</summary>
public enum MessageChannel : byte { Web, App, Email, ThirdParty }

/// <summary>The channels as they are written, and as sets of bits.</summary>
public static class MessageChannels
{
    public const byte All = 0b1111;

    /// <summary>Where nobody is reached who did not come by themselves.</summary>
    public const byte Quiet = (1 << (int)MessageChannel.App) | (1 << (int)MessageChannel.Email) | (1 << (int)MessageChannel.ThirdParty);

    public static readonly IReadOnlyList<string> Names = ["web", "app", "email", "third-party"];

    public static MessageChannel? Of(string? name)
    {
        for (var i = 0; i < Names.Count; i++)
            if (Names[i] == name) return (MessageChannel)i;
        return null;
    }

    public static string Name(MessageChannel channel) => Names[(int)channel];

    /// <summary>Of names nothing is wrong with; <paramref name="standard"/> where there is no list.</summary>
    public static byte Bits(IReadOnlyList<string>? names, byte standard) =>
        names is null ? standard : (byte)names.Aggregate(0, (bits, name) => bits | (1 << (int)Of(name)!.Value));

    public static bool Holds(byte bits, MessageChannel channel) => (bits & (1 << (int)channel)) != 0;
}
