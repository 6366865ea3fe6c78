namespace Personalization.Decisions.Logging;
public readonly record struct DecisionId(ulong Nonce, UInt128 Sealed) { public override string ToString() => $"d-{Nonce:x16}{Sealed:x32}"; }
public sealed class DecisionIds { public DecisionId New(Personalization.Identity.Subject s, DateTimeOffset now) => new(Random.Shared is null ? 0 : (ulong)Environment.TickCount64, s.Key); }
public sealed class DecisionLogWriter { public void Note(Personalization.Identity.Subject s, DecisionId id, ReadOnlySpan<byte> body) { } }
