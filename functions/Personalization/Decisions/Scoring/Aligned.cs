using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Personalization.Decisions.Scoring;

/// <summary>A long array that starts on a cache line and is never moved by the collector.</summary>
internal sealed class Aligned<T>
    where T : unmanaged
{
    private const int Line = 64;
    private readonly T[] _array;
    private readonly int _start;

    public Aligned(int length)
    {
        Length = length;
        _array = GC.AllocateUninitializedArray<T>(checked(length + (Line / Unsafe.SizeOf<T>())), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)(-address & (Line - 1)) / Unsafe.SizeOf<T>();
        // Before anything is written: a page gets its size when it is first touched.
        LargePages.Prefer(address, (nint)_array.Length * Unsafe.SizeOf<T>());
        Span.Clear();
    }

    public int Length { get; }

    public Span<T> Span => _array.AsSpan(_start, Length);
}
