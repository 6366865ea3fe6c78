namespace Personalization.Events.Reading;

/// <summary>The forms events may come in.</summary>
public enum EventFormat
{
    /// <summary>One event as a JSON object, or several in an array.</summary>
    Json,

    /// <summary>One event a line.</summary>
    Lines,

    /// <summary>One CloudEvents envelope in JSON.</summary>
    Cloud,

    /// <summary>An array of CloudEvents envelopes.</summary>
    CloudBatch,

    /// <summary>One event, with a CloudEvents envelope in headers.</summary>
    CloudData,
}
