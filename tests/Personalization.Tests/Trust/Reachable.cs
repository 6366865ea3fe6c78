using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Personalization.Tests.Trust;

/// <summary>Every text and every run of numbers that an object leads to, however deep, as bytes.</summary>
internal static class Reachable
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static List<byte[]> From(object root)
    {
        var (found, met, open) = (new List<byte[]>(), new HashSet<object>(ReferenceEqualityComparer.Instance), new Stack<object>([root]));
        while (open.TryPop(out var one))
        {
            if (!one.GetType().IsValueType && !met.Add(one)) continue;
            if (Bytes(one) is { } bytes) found.Add(bytes);
            else
                foreach (var part in Parts(one)) open.Push(part);
        }

        return found;
    }

    private static byte[]? Bytes(object one) => one switch
    {
        string text => Encoding.UTF8.GetBytes(text),
        byte[] bytes => bytes,
        char[] letters => Encoding.UTF8.GetBytes(letters),
        ulong[] words => MemoryMarshal.AsBytes(words.AsSpan()).ToArray(),
        _ => null,
    };

    private static IEnumerable<object> Parts(object one)
    {
        // What describes the program holds nothing that came to it.
        if (one is MemberInfo or Delegate or Pointer || one.GetType().IsPrimitive) yield break;
        if (one is Array { Length: > 0 } array && !array.GetType().GetElementType()!.IsPrimitive)
            foreach (var element in array)
                if (element is not null) yield return element;
        for (var type = one.GetType(); type is not null && !type.IsArray; type = type.BaseType)
            foreach (var field in type.GetFields(Own))
                if (!field.FieldType.IsPointer && !field.FieldType.IsPrimitive && field.GetValue(one) is { } value) yield return value;
    }
}
