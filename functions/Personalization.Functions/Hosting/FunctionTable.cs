using System.Collections.Frozen;
using Personalization.Functions.Hosting.Runner;

namespace Personalization.Functions.Hosting;

/// <summary>
/// Every function, declared once. HTTP routes, the dispatch of the host's envelopes, the function.json folders and the
/// standalone runner are all read from here. A table that the host would misread is refused when it is built.
/// </summary>
public sealed class FunctionTable
{
    private readonly FrozenDictionary<string, Function> byName;

    public FunctionTable(IEnumerable<Function> functions)
    {
        All = [.. functions];
        var faults = All.SelectMany(NameFaults).Concat(Routed.SelectMany(RouteFaults)).Concat(Collisions()).Concat(BadSchedules()).ToList();
        if (faults.Count > 0) throw new ArgumentException("The function table is not sound: " + string.Join("; ", faults), nameof(functions));
        byName = All.ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<Function> All { get; }

    public Function? Find(string name) => byName.GetValueOrDefault(name);

    public IEnumerable<(Function Function, T Trigger)> With<T>() where T : Trigger =>
        All.Where(f => f.Trigger is T).Select(f => (f, (T)f.Trigger));

    private IEnumerable<(Function Function, RoutePath Path, Trigger.Http Http)> Routed =>
        With<Trigger.Http>().Select(f => (f.Function, RoutePath.Parse(f.Trigger.Route), f.Trigger));

    private IEnumerable<string> NameFaults(Function f)
    {
        if (f.Name.Length is 0 or > 127 || !char.IsAsciiLetterUpper(f.Name[0]) || !f.Name.All(char.IsAsciiLetterOrDigit)) yield return $"'{f.Name}' is not a capitalised name of letters and digits";
        if (f.Name.Equals("host", StringComparison.OrdinalIgnoreCase)) yield return "'Host' is a name the host keeps for itself";
        if (f.Trigger is Trigger.Warmup && f.Name != "Warmup") yield return $"'{f.Name}' warms up, and the host calls only a function named 'Warmup' for that";
        if (All.Count(o => o.Name.Equals(f.Name, StringComparison.OrdinalIgnoreCase)) > 1) yield return $"'{f.Name}' is declared twice";
    }

    private IEnumerable<string> RouteFaults((Function Function, RoutePath Path, Trigger.Http Http) f)
    {
        if (f.Http.Methods.Count == 0 || f.Http.Methods.Any(m => !m.All(char.IsAsciiLetterUpper))) yield return $"'{f.Function.Name}' needs upper-case methods";
        if (f.Path.Fault is { } fault) yield return $"the route of '{f.Function.Name}' {fault}";
        // The host matches routes without regard to case, so a public path could pose as an envelope.
        foreach (var o in All.Where(o => f.Path.Matches(RoutePath.Parse(o.Name)))) yield return $"the route of '{f.Function.Name}' reaches the envelope path of '{o.Name}'";
    }

    // The host tries routes in alphabetical order of function name and takes the first that matches.
    private IEnumerable<string> Collisions()
    {
        var ordered = Routed.OrderBy(f => f.Function.Name, StringComparer.OrdinalIgnoreCase).ToList();
        for (var i = 0; i < ordered.Count; i++)
        {
            for (var j = i + 1; j < ordered.Count; j++)
            {
                var (first, second) = (ordered[i], ordered[j]);
                if (!first.Http.Methods.Intersect(second.Http.Methods).Any() || !first.Path.Matches(second.Path)) continue;
                if (first.Path.Literals <= second.Path.Literals) yield return $"the host would send calls for '{second.Function.Name}' to '{first.Function.Name}', whose name comes first";
            }
        }
    }

    private IEnumerable<string> BadSchedules() => With<Trigger.Timer>()
        .Select(t => (t.Function.Name, Fault: Cron.Parse(t.Trigger.Schedule).Fault))
        .Where(t => t.Fault is not null).Select(t => $"the schedule of '{t.Name}' {t.Fault}");
}
