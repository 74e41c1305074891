using System.Runtime.InteropServices;

namespace Berth.Worker.Hosting;

/// <summary>What the framework does not offer.</summary>
internal static partial class Native
{
    /// <summary>Ends the process at once, without finalizers and handlers of its end.</summary>
    [LibraryImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    public static partial void Exit(int code);
}
