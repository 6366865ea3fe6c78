using System.Collections;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Personalization.Functions.Durable;
using Personalization.Functions.Hosting;

namespace Personalization.Tests.Durable.Execution;

/// <summary>
/// Reads what a program and everything of ours it reaches calls, and objects to all that is not known to depend on nothing but
/// its arguments: clocks, chance, I/O, threads, tasks of others, statics that change, and state it was given from outside.
/// </summary>
internal sealed class Purity
{
    private static readonly string[] PureNamespaces = ["System.Collections.Generic", "System.Linq", "System.Text.Json", "System.Runtime.CompilerServices", "System.Collections.Immutable"];
    private static readonly HashSet<string> PureTypes = [.. "String Object Char Boolean Byte SByte Int16 UInt16 Int32 UInt32 Int64 UInt64 Single Double Decimal Math DateTimeOffset DateTime DateOnly TimeOnly TimeSpan Nullable`1 Enum Array Convert Exception IDisposable IAsyncDisposable StringComparer IComparable`1 IEquatable`1 Index Range Tuple Delegate MulticastDelegate Type Attribute Span`1 ReadOnlySpan`1 Memory`1 ReadOnlyMemory`1 MemoryExtensions HexConverter InvalidOperationException ArgumentException InvalidDataException NotSupportedException OperationCanceledException TimeoutException FormatException ArgumentNullException ArgumentOutOfRangeException Uri".Split(' ').Select(t => "System." + t),
        "System.Collections.IEnumerator", "System.Collections.IEnumerable", "System.Text.StringBuilder", "System.Globalization.CultureInfo", "System.Threading.CancellationToken", "System.Threading.CancellationTokenRegistration", "System.IO.InvalidDataException", "System.Threading.Tasks.TaskCanceledException",
        // What a rethrow out of a catch that awaits becomes.
        "System.Runtime.ExceptionServices.ExceptionDispatchInfo"];
    private static readonly HashSet<string> OfTask = ["WhenAll", "WhenAny", "GetAwaiter", "FromResult", "FromException", "get_CompletedTask", "get_IsCompleted", "get_IsCompletedSuccessfully", "get_IsFaulted", "get_IsCanceled", "get_Result", "get_Exception"];
    private static readonly HashSet<string> Never = ["get_Now", "get_UtcNow", "get_Today", "GetHashCode", "ToLocalTime", "get_LocalDateTime", "get_CurrentCulture", "get_CurrentUICulture", "ConfigureAwait"];

    private readonly HashSet<MethodBase> seen = [];
    private readonly SortedSet<string> faults = new(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Faults(Delegate program)
    {
        var purity = new Purity();
        if (program.Target is { } target && target.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).FirstOrDefault(f => !IsDeclaration(f.FieldType)) is { } field)
            purity.faults.Add($"holds on to {field.FieldType.Name} from outside");
        purity.Look(program.Method);
        return purity.faults;
    }

    /// <summary>The programs of every version behind the orchestrations of a table, however their declarations are held.</summary>
    public static IEnumerable<(string Workflow, int Version, Delegate Program)> Programs(FunctionTable table) =>
        table.With<Trigger.Orchestration>().SelectMany(f => Declared(f.Trigger.Handle, []).Select((p, i) => (f.Function.Name, i + 1, p)).Where(p => p.p is not null).Select(p => (p.Name, p.Item2, p.p!)));

    private static IEnumerable<Delegate?> Declared(object? held, HashSet<object> visited)
    {
        if (held is null || held is string || !visited.Add(held)) return [];
        if (held is Delegate d) return Declared(d.Target, visited);
        var type = held.GetType();
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Workflow<,>)) return ((IEnumerable)type.GetProperty("Programs")!.GetValue(held)!).Cast<Delegate?>();
        if (type.GetCustomAttribute<CompilerGeneratedAttribute>() is null) return [];
        return type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).SelectMany(f => Declared(f.GetValue(held), visited));
    }

    private void Look(MethodBase method)
    {
        if (!seen.Add(method)) return;
        if (method.GetCustomAttribute<StateMachineAttribute>() is { } machine)
            Look(machine.StateMachineType.GetMethod("MoveNext", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!);
        foreach (var (code, member) in Il.Members(method))
        {
            if (member is MethodBase called) Call(method, called);
            else if (member is FieldInfo { IsStatic: true } field) Static(method, code, field);
        }
    }

    private void Call(MethodBase from, MethodBase called)
    {
        var type = called.DeclaringType!;
        if (type == typeof(WorkflowContext) || IsDeclaration(type) || type.IsAssignableTo(typeof(JsonSerializerContext)) || type.IsAssignableTo(typeof(JsonTypeInfo))) return;
        if (IsOurs(type))
        {
            if (called.IsAbstract) Object(from, $"{type.Name}.{called.Name}, which may be anything");
            else Look(called);
        }
        else if (!IsPure(type, called)) Object(from, $"{type.Name}.{called.Name}");
    }

    private void Static(MethodBase from, OpCode code, FieldInfo field)
    {
        // The compiler keeps delegates without state in statics of its own.
        if (field.DeclaringType!.GetCustomAttribute<CompilerGeneratedAttribute>() is not null || field.Name.StartsWith('<')) return;
        if (code == OpCodes.Stsfld || (IsOurs(field.DeclaringType!) && !field.IsInitOnly && !field.IsLiteral)) Object(from, $"{field.DeclaringType!.Name}.{field.Name}, which changes");
        else if (!IsOurs(field.DeclaringType!) && !IsPure(field.DeclaringType!, null)) Object(from, $"{field.DeclaringType!.Name}.{field.Name}");
    }

    private void Object(MethodBase from, string to) => faults.Add($"{from.DeclaringType!.Name}.{from.Name} uses {to}");

    private static bool IsOurs(Type type) => type.Assembly.GetName().Name!.StartsWith("Personalization", StringComparison.Ordinal);

    private static bool IsDeclaration(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() is var g && (g == typeof(Workflow<,>) || g == typeof(Activity<,>) || g == typeof(Signal<>));

    private static bool IsPure(Type type, MethodBase? called)
    {
        if (called is not null && Never.Contains(called.Name)) return false;
        if (type == typeof(Task) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))) return called is not null && OfTask.Contains(called.Name);
        if (type == typeof(CancellationTokenSource)) return called is { Name: "Cancel" or "get_Token" or "Dispose" or "get_IsCancellationRequested" } || (called is { IsConstructor: true } && called.GetParameters().Length == 0);
        if (type.IsArray || type.IsAssignableTo(typeof(Delegate)) || type.Name.StartsWith("ValueTuple", StringComparison.Ordinal)) return true;
        var name = type.IsNested ? type.DeclaringType!.FullName! : type.FullName ?? $"{type.Namespace}.{type.Name}";
        return PureTypes.Contains($"{type.Namespace}.{type.Name}") || PureTypes.Contains(name) || PureNamespaces.Contains(type.Namespace);
    }
}
