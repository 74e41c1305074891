using System.Runtime.InteropServices;

namespace Berth.Lifecycle.Store.Codings;

/// <summary>A library of the operating system that may be there or not.</summary>
internal static class SystemLibrary
{
    /// <summary>Opens the first of these libraries that is there and has these functions.</summary>
    /// <returns>The functions' addresses in the order asked for, or <see langword="null"/>.</returns>
    public static nint[]? Open(IReadOnlyList<string> names, params ReadOnlySpan<string> functions)
    {
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var library))
                continue;
            var found = new nint[functions.Length];
            var isWhole = true;
            for (var i = 0; i < found.Length; i++)
                isWhole &= NativeLibrary.TryGetExport(library, functions[i], out found[i]);
            if (isWhole)
                return found; // never closed: the process uses it to its end
            NativeLibrary.Free(library);
        }

        return null;
    }
}
