using System.Text.Json;
using System.Text.Json.Serialization;

namespace Personalization.Tests.Durable;

/// <summary>What the workflows of these tests take and give.</summary>
[JsonSerializable(typeof(JsonElement)), JsonSerializable(typeof(string)), JsonSerializable(typeof(int)), JsonSerializable(typeof(int[])), JsonSerializable(typeof(long))]
internal sealed partial class Shapes : JsonSerializerContext;
