using System.Runtime.InteropServices;

namespace Berth.Worker.Hardening;

/// <summary>
/// The kernel's Landlock (landlock(7), Linux 5.13 and newer): a thread gives up everything of the file system but what it names, for
/// itself and for all threads and programs that it starts. It needs no rights, and works without namespaces.
/// </summary>
internal static class Landlock
{
    // The same numbers on every architecture.
    private const nint CreateRuleset = 444;
    private const nint AddRule = 445;
    private const nint RestrictSelf = 446;

    private const nint AskForVersion = 1;
    private const nint PathBeneath = 1;

    private const int ScopesFrom = 6;

    /// <summary>Number of the kernel's interface, which grows with what it can restrict; 0: it has none, or whoever runs this process keeps it from it.</summary>
    public static int Version { get; } = OperatingSystem.IsLinux() ? Math.Max(0, (int)LibC.SystemCall(CreateRuleset, 0, 0, AskForVersion)) : 0;

    /// <summary>Whether abstract Unix sockets and processes outside are closed as well.</summary>
    public static bool HasScopes => Version >= ScopesFrom;

    /// <summary>What may be done with files.</summary>
    [Flags]
    internal enum FileRights : ulong
    {
        None = 0,
        Execute = 1 << 0,
        WriteFile = 1 << 1,
        ReadFile = 1 << 2,
        ReadFolder = 1 << 3,
        RemoveFolder = 1 << 4,
        RemoveFile = 1 << 5,
        MakeCharacterDevice = 1 << 6,
        MakeFolder = 1 << 7,
        MakeFile = 1 << 8,
        MakeSocket = 1 << 9,
        MakePipe = 1 << 10,
        MakeBlockDevice = 1 << 11,
        MakeLink = 1 << 12,
        MoveBetweenFolders = 1 << 13,
        Truncate = 1 << 14,
        DeviceControl = 1 << 15,

        /// <summary>To read.</summary>
        Read = ReadFile | ReadFolder,

        /// <summary>To read and change, and to make all but devices.</summary>
        Change = ReadFile | ReadFolder | WriteFile | RemoveFolder | RemoveFile | MakeFolder | MakeFile | MakeSocket | MakePipe | MakeLink | MoveBetweenFolders | Truncate,

        /// <summary>What can be said of a file; the others are of folders.</summary>
        OfFiles = Execute | WriteFile | ReadFile | Truncate | DeviceControl,
    }

    /// <summary>Restricts the calling thread, and what it starts from now on, to these paths. Never given back.</summary>
    /// <param name="rules">Files and folders with all that is in them, and what may be done with them. Each has to exist.</param>
    /// <exception cref="HardeningException">The kernel does not do it.</exception>
    public static unsafe void Restrict(IEnumerable<(string Path, FileRights Rights)> rules)
    {
        var handled = Handled(Version);
        var attributes = new Attributes { Files = handled, Scopes = HasScopes ? 0b11u : 0 };
        var ruleset = (int)LibC.SystemCall(CreateRuleset, (nint)(&attributes), sizeof(Attributes), 0);
        if (ruleset < 0)
            throw new HardeningException($"the kernel makes no Landlock rules: {Marshal.GetLastPInvokeErrorMessage()}");
        foreach (var (path, rights) in rules)
            Add(ruleset, path, rights & handled);
        // Without it only root may restrict itself.
        if (LibC.ProcessControl(LibC.SetNoNewPrivileges, 1, 0, 0, 0) != 0 || LibC.SystemCall(RestrictSelf, ruleset, 0, 0) != 0)
            throw new HardeningException($"the kernel does not take the Landlock rules: {Marshal.GetLastPInvokeErrorMessage()}");
        _ = LibC.Close(ruleset);
    }

    /// <summary>All rights that a kernel of that version knows; what is not named in a rule is refused.</summary>
    internal static FileRights Handled(int version)
    {
        var newest = version switch { >= 5 => FileRights.DeviceControl, >= 3 => FileRights.Truncate, 2 => FileRights.MoveBetweenFolders, _ => FileRights.MakeLink };
        return (FileRights)(((ulong)newest << 1) - 1);
    }

    private static unsafe void Add(int ruleset, string path, FileRights rights)
    {
        var opened = LibC.Open(path, LibC.PathOnly | LibC.CloseOnExec);
        if (opened < 0)
            throw new HardeningException($"{path} cannot be left open to the worker: {Marshal.GetLastPInvokeErrorMessage()}");
        var rule = new Rule { Rights = Directory.Exists(path) ? rights : rights & FileRights.OfFiles, Path = opened };
        if (LibC.SystemCall(AddRule, ruleset, PathBeneath, (nint)(&rule)) != 0)
            throw new HardeningException($"{path} cannot be left open to the worker: {Marshal.GetLastPInvokeErrorMessage()}");
        _ = LibC.Close(opened);
    }

    /// <summary><c>struct landlock_ruleset_attr</c>; an older kernel takes it when what it does not know is 0.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public FileRights Files;
        public ulong Network;
        public ulong Scopes;
    }

    /// <summary><c>struct landlock_path_beneath_attr</c>.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Rule
    {
        public FileRights Rights;
        public int Path;
    }
}
