using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Personalization.Functions.Hosting.Envelopes;

namespace Personalization.Bench;

/// <summary>What it costs to unpack the host's frame around a batch of events.</summary>
[MemoryDiagnoser]
public class EnvelopeBenchmarks
{
    private byte[] frame = [];

    [Params(1, 100)]
    public int Events { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var events = Enumerable.Range(0, Events).Select(i => $$"""{"subject":"{{new string('a', 32)}}","type":"view","at":"2026-03-14T15:09:26Z","items":["item-{{i}}"]}""").ToArray();
        string Repeat(string value) => "[" + string.Join(',', Enumerable.Repeat(value, Events)) + "]";
        var metadata = new Dictionary<string, string>
        {
            ["SequenceNumberArray"] = "[" + string.Join(',', Enumerable.Range(1000, Events)) + "]",
            ["EnqueuedTimeUtcArray"] = Repeat("\"2026-03-14T15:09:26.535\""),
            ["PartitionKeyArray"] = Repeat("null"),
        };
        var fields = string.Join(',', metadata.Select(m => $"{JsonSerializer.Serialize(m.Key)}:{JsonSerializer.Serialize(m.Value)}"));
        frame = Encoding.UTF8.GetBytes($$"""{"Data":{"events":{{JsonSerializer.Serialize(JsonSerializer.Serialize(events))}} },"Metadata":{"PartitionContext":{"PartitionId":"1"},{{fields}} } }""");
    }

    [Benchmark]
    public int Decode()
    {
        using var envelope = Envelope.Parse(frame);
        return EnvelopedEvents.Read(envelope, "behaviour").Records.Count;
    }
}
