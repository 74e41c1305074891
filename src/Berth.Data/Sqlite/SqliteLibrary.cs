using System.Runtime.InteropServices;
using SQLitePCL;

namespace Berth.Data.Sqlite;

/// <summary>Chooses the SQLite that is used: the machine's own, which gets security updates, otherwise the bundled one.</summary>
/// <remarks>Public for those who open a SQLite file that is not Berth's: one process must never use two of these libraries.</remarks>
public static class SqliteLibrary
{
    private const string Bundled = "e_sqlite3";
    private const int OldestVersion = 3_035_000;
    private static readonly Lazy<string> Initialized = new(Initialize);

    /// <summary>Must be called before the first connection. Returns the version in use.</summary>
    public static string Use() => Initialized.Value;

    private static string Initialize()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) =>
            name == Bundled && TryLoadSystem(out var handle) ? handle : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return raw.sqlite3_libversion().utf8_to_string();
    }

    private static bool TryLoadSystem(out IntPtr library)
    {
        library = IntPtr.Zero;
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libsqlite3.so.0", out var found))
            return false;

        if (IsNewEnough(found) && HasTextSearch(found))
        {
            library = found;
            return true;
        }

        NativeLibrary.Free(found);
        return false;
    }

    private static bool IsNewEnough(IntPtr library) =>
        NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var function)
        && Marshal.GetDelegateForFunctionPointer<VersionNumber>(function)() >= OldestVersion;

    private static bool HasTextSearch(IntPtr library) =>
        NativeLibrary.TryGetExport(library, "sqlite3_compileoption_used", out var function)
        && Marshal.GetDelegateForFunctionPointer<OptionUsed>(function)("ENABLE_FTS5") != 0;

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int VersionNumber();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int OptionUsed([MarshalAs(UnmanagedType.LPUTF8Str)] string name);
}
