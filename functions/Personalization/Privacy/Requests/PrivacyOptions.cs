namespace Personalization.Privacy.Requests;

/// <summary>What is asked for before a request is carried out, and how long everything may take.</summary>
/// <param name="Verify">For which types a person has to show that it is them.</param>
/// <param name="Approve">For which types staff have to say yes.</param>
/// <param name="VerifyWithin">How long there is time to verify.</param>
/// <param name="GdprDeadline">How long the law gives, in Europe.</param>
/// <param name="CcpaDeadline">And in California.</param>
/// <param name="Grace">How much longer than it has to an erasure waits before its last look.</param>
/// <param name="ExportLife">How long an export can be had.</param>
/// <param name="LinkLife">How long one link to it can be used.</param>
/// <param name="CallbackHosts">Who may be told of a request's status; nobody else is ever called.</param>
/// <param name="CallbackPrivate">Whether a callback may go to a private address, and without TLS.</param>
/// <param name="ProcessorDomain">The name we go by with other parties; links in answers begin with it.</param>
/// <param name="ControllerId">What whoever sends us requests is called here.</param>
public sealed record PrivacyOptions(
    IReadOnlySet<RequestType> Verify, IReadOnlySet<RequestType> Approve, TimeSpan VerifyWithin, TimeSpan GdprDeadline, TimeSpan CcpaDeadline, TimeSpan Grace,
    TimeSpan ExportLife, TimeSpan LinkLife, IReadOnlyList<string> CallbackHosts, bool CallbackPrivate, string ProcessorDomain, string ControllerId)
{
    private const string None = "none";

    public static PrivacyOptions Read(Settings s)
    {
        var options = new PrivacyOptions(
            Types(s, "Privacy:Verify", "access,portability", "types of privacy requests that are carried out only after the person has shown that it is them; comma-separated, or none"),
            Types(s, "Privacy:Approve", None, "types of privacy requests that are carried out only after staff have approved them; comma-separated, or none"),
            s.Time("Privacy:VerifyWithin", TimeSpan.FromDays(7), TimeSpan.FromMinutes(5), TimeSpan.FromDays(30), "how long a person has to show that it is them; then the request is denied"),
            s.Time("Privacy:GdprDeadline", TimeSpan.FromDays(30), TimeSpan.FromDays(1), TimeSpan.FromDays(90), "time the law gives for a request under the GDPR; then it is overdue"),
            s.Time("Privacy:CcpaDeadline", TimeSpan.FromDays(45), TimeSpan.FromDays(1), TimeSpan.FromDays(90), "the same under the CCPA"),
            s.Time("Privacy:Grace", TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromDays(1), "how much longer an erasure waits before its last look than the stream keeps events and an hour"),
            s.Time("Privacy:ExportLife", TimeSpan.FromDays(7), TimeSpan.FromMinutes(5), TimeSpan.FromDays(30), "how long an export of somebody's data is kept"),
            s.Time("Privacy:LinkLife", TimeSpan.FromDays(3), TimeSpan.FromMinutes(1), TimeSpan.FromDays(30), "how long one link to an export can be used"),
            s.List("Privacy:CallbackHosts", "hosts that may be told of a request's status; none: no callbacks"),
            s.Flag("Privacy:CallbackPrivate", false, "callbacks may go to private addresses and by http; for tests and closed networks"),
            s.Text("Privacy:ProcessorDomain", "localhost", "our name in signed answers and links: a host, with its port where it has one")!,
            s.Text("Privacy:ControllerId", "controller", "what whoever sends OpenDSR requests is called in our answers")!);
        if (options.LinkLife > options.ExportLife) s.Refuse("Privacy__LinkLife must not be longer than Privacy__ExportLife.");
        if (options.CallbackHosts.Any(h => Uri.CheckHostName(h) == UriHostNameType.Unknown)) s.Refuse("Privacy__CallbackHosts must hold names of hosts such as shop.example, without a path or a port.");
        if (!Uri.TryCreate($"https://{options.ProcessorDomain}", UriKind.Absolute, out var own) || own.PathAndQuery != "/" || own.UserInfo.Length > 0) s.Refuse("Privacy__ProcessorDomain must be a host such as shop.example.");
        return options;
    }

    public TimeSpan DeadlineOf(Regulation regulation) => regulation == Regulation.Ccpa ? CcpaDeadline : GdprDeadline;

    private static HashSet<RequestType> Types(Settings s, string key, string standard, string about)
    {
        var types = new HashSet<RequestType>();
        foreach (var name in s.Text(key, standard, about)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (RequestWords.TypeOf(name) is { } type) types.Add(type);
            else if (name != None) s.Refuse($"{key.Replace(":", "__")} must hold {RequestWords.Types}, separated by commas, or {None}.");
        }

        return types;
    }
}
