using System.Text.Json.Serialization;
using Personalization.Catalog;
using Personalization.Events;
using Personalization.Popularity;
using Personalization.Profiles;

namespace Personalization;

/// <summary>Every shape that is written to a store. A type that is not listed here cannot be stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    MaxDepth = 16)]
[JsonSerializable(typeof(StreamedEvent))]
[JsonSerializable(typeof(DeadLetter))]
[JsonSerializable(typeof(Profile))]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(PopularityShard))]
[JsonSerializable(typeof(PopularItems))]
internal sealed partial class Stored : JsonSerializerContext;
