using System.Text;
using Personalization.Functions.Hosting.Envelopes;

namespace Personalization.Tests.Hosting.Envelopes;

public sealed class EnvelopedEventsTests
{
    [Fact]
    public void A_record_sent_to_a_partition_by_its_number_carries_its_key_as_a_property()
    {
        using var envelope = Envelope.Parse(Encoding.UTF8.GetBytes("""
            {"Data":{"events":"[\"a\",\"b\",\"c\"]"},"Metadata":{
              "PartitionContext":{"PartitionId":"1"},
              "SequenceNumberArray":"[7,8,9]",
              "EnqueuedTimeUtcArray":"[\"2026-03-14T15:09:26.5\",\"2026-03-14T15:09:26.6\",\"2026-03-14T15:09:26.7\"]",
              "PartitionKeyArray":"[null,\"key\",null]",
              "PropertiesArray":"[{\"eventid\":\"e\",\"subject\":\"one\"},{\"subject\":7},{}]"}}
            """));
        Assert.Equal(["one", "key", null], EnvelopedEvents.Read(envelope, "events").Records.Select(r => r.Key));
    }
}
