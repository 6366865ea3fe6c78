using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Personalization.Functions.Hosting.Http;
using Personalization.Identity;
using Personalization.Privacy.Requests;

namespace Personalization.Functions.Triggers;

/// <summary>Understands a request in OpenDSR's words. Every fault names the property and never a value.</summary>
/// <param name="people">Knows what identifiers look like.</param>
/// <param name="options">What we are called.</param>
/// <param name="time">The clock.</param>
internal sealed class OpenDsrIntake(People people, PrivacyOptions options, TimeProvider time)
{
    private static readonly Regex Time = new(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking);

    public const string Version = "2.0";

    /// <summary>Which kinds of identities are known by which of our own.</summary>
    public static readonly IReadOnlyList<(string Type, Namespace Space)> Types =
    [
        ("controller_customer_id", Namespaces.User), ("email", Namespaces.Mail),
        .. new[] { "android_advertising_id", "android_id", "fire_advertising_id", "ios_advertising_id", "ios_vendor_id", "microsoft_advertising_id", "microsoft_publisher_id", "roku_publisher_id", "roku_advertising_id" }
            .Select(t => (t, Namespaces.Device)),
    ];

    public static readonly IReadOnlyList<string> Formats = ["raw", "sha256"];

    /// <summary>An erasure's, the stream's retention among it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3);

    private static readonly TimeSpan MaxSkew = TimeSpan.FromMinutes(5);

    /// <param name="body">As it was sent.</param>
    /// <param name="legacy">Whether it came the old way, from before there was a regulation in it.</param>
    /// <exception cref="DsrRefusedException">It is not as it should be.</exception>
    public RequestAsk Read(ReadOnlyMemory<byte> body, bool legacy)
    {
        DsrRequest r;
        try { r = JsonSerializer.Deserialize(body.Span, Json.Default.DsrRequest) ?? throw Refused("the body is null"); }
        catch (JsonException e) { throw Refused(JsonFault.Field(e) is { Length: > 0 } field ? $"{field} does not have the type it should have" : "the body is not JSON of the form it should have"); }
        if (r.Id is null) throw Refused("subject_request_id is required");
        if (!IsUuid(r.Id)) throw Refused("subject_request_id must be a UUID, version 4, in lower case");
        var regulation = RequestWords.RegulationOf(r.Regulation ?? (legacy ? "gdpr" : null)) ?? throw Refused(r.Regulation is null ? "regulation is required" : "regulation must be gdpr or ccpa");
        var type = RequestWords.TypeOf(r.Type) ?? throw Refused(r.Type is null ? "subject_request_type is required" : "subject_request_type must be access, portability or erasure");
        var named = (r.Identities ?? []).Index().Select(i => Show(i.Item, $"subject_identities[{i.Index}]")).Concat(Extended(r)).ToList();
        if (named.Count == 0) throw Refused("subject_identities is required");
        if (named.Count > RequestAsk.MaxPeople) throw Refused($"subject_identities must have at most {RequestAsk.MaxPeople} elements");
        return new(r.Id, type, regulation, named, Callbacks(r), Submitted(r.SubmittedTime), Vouched: true) { OldWay = legacy };
    }

    /// <summary>As OpenDSR has it: 36 characters in lower case, with a 4 where the version is.</summary>
    public static bool IsUuid(string id) =>
        id.Length == 36 && id.Index().All(c => c.Index is 8 or 13 or 18 or 23 ? c.Item == '-' : char.IsAsciiHexDigitLower(c.Item)) && id[14] == '4' && id[19] is '8' or '9' or 'a' or 'b';

    /// <summary>When it is done; where the law's time was over before it came, as soon as it takes.</summary>
    public static DateTimeOffset Expected(PrivacyRequest r) => r.EndedAt ?? (r.ReceivedAt + Longest is var soon && r.Deadline > soon ? r.Deadline : soon);

    private Shown Show(DsrIdentity? identity, string place)
    {
        if (identity?.Type is not { } type) throw Refused($"{place}.identity_type is required");
        var space = Types.FirstOrDefault(t => t.Type == type).Space ?? throw Refused($"{place}.identity_type is not supported; GET /discovery lists those that are");
        if (identity.Value is null) throw Refused($"{place}.identity_value is required");
        if (identity.Format is not { } format) throw Refused($"{place}.identity_format is required");
        if (!Formats.Contains(format)) throw Refused($"{place}.identity_format is not supported; GET /discovery lists those that are");
        return Good(PrivacyIntake.Show(people, space.Name, identity.Value, format, place), place + ".identity_value");
    }

    // Other processors' extensions are none of our business.
    private IEnumerable<Shown> Extended(DsrRequest r)
    {
        if (r.Extensions?.GetValueOrDefault(options.ProcessorDomain) is not { ValueKind: JsonValueKind.Object } own) yield break;
        DsrExtension? extension;
        try { extension = own.Deserialize(Json.Default.DsrExtension); }
        catch (JsonException) { throw Refused("our extension does not have the form it should have: identities, each with namespace and value"); }
        foreach (var (n, i) in (extension?.Identities ?? []).Index())
            yield return Good(PrivacyIntake.Show(people, i?.Namespace, i?.Value, i?.Format, $"identities[{n}]"), $"identities[{n}] of our extension");
    }

    private IReadOnlyList<string> Callbacks(DsrRequest r)
    {
        try { return PrivacyIntake.Callbacks(r.Callbacks, "status_callback_urls", options); }
        catch (RefusedException e) { throw Refused(e.Problem.Detail.TrimEnd('.')); }
    }

    private DateTimeOffset Submitted(string? text)
    {
        if (text is null) throw Refused("submitted_time is required");
        // A leap second is a time there and none to the framework: it is read as the second before.
        var read = text.Length > 19 && text.AsSpan(17, 2) is "60" ? text[..17] + "59" + text[19..] : text;
        if (!Time.IsMatch(text) || !DateTimeOffset.TryParse(read, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var at)) throw Refused("submitted_time must be a time as RFC 3339 has it");
        return at <= time.GetUtcNow() + MaxSkew ? at : throw Refused("submitted_time must not be in the future");
    }

    private static Shown Good(Shown shown, string place) => shown.Fault is var (_, reason) ? throw Refused($"{place} {reason}") : shown;

    private static DsrRefusedException Refused(string message) => new(message);
}

/// <summary>Ends an OpenDSR call with its kind of error. The message names properties and nothing that was sent.</summary>
internal sealed class DsrRefusedException(string message) : Exception(message);
