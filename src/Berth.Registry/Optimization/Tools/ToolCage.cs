namespace Berth.Registry.Optimization.Tools;

/// <summary>
/// What keeps a tool that works on a stranger's bytes from the rest of the machine: namespaces of its own, by bubblewrap (no
/// network, no other process, and no file but the tool and its folder) or by unshare (no network). Where neither works, only
/// the bounds of <see cref="LimitedProcess"/> are left.
/// </summary>
internal sealed class ToolCage
{
    private static readonly string[] Places = ["/usr/bin", "/bin", "/usr/local/bin"];
    private readonly Func<string, string, IReadOnlyList<string>> _prefix;

    private ToolCage(string name, Func<string, string, IReadOnlyList<string>> prefix) => (Name, _prefix) = (name, prefix);

    /// <summary>No cage.</summary>
    public static ToolCage None { get; } = new("none", (program, _) => [program]);

    /// <summary><c>bubblewrap</c>, <c>network</c> or <c>none</c>.</summary>
    public string Name { get; }

    /// <summary>Those that this machine may have, the narrowest first and none last. Whether one works shows only when it is used.</summary>
    public static IEnumerable<ToolCage> Narrowest()
    {
        if (OperatingSystem.IsLinux())
        {
            if (Find("bwrap") is { } bubblewrap)
                yield return Bubblewrap(bubblewrap);
            if (Find("unshare") is { } unshare)
            {
                yield return new ToolCage("network", (program, _) => [unshare, "--net", "--", program]);
                yield return new ToolCage("network", (program, _) => [unshare, "--user", "--map-root-user", "--net", "--", program]);
            }
        }

        yield return None;
    }

    /// <summary>The command that runs the program with these arguments; paths in them are relative to the folder.</summary>
    public IReadOnlyList<string> Command(string program, string folder, IEnumerable<string> arguments) => [.. _prefix(program, folder), .. arguments];

    // Neither /proc nor /dev nor a C library: the tool is one static binary.
    private static ToolCage Bubblewrap(string bubblewrap) => new("bubblewrap", (program, folder) =>
    [
        .. Start(bubblewrap), "--unshare-all", "--new-session", "--cap-drop", "ALL",
        "--ro-bind", program, "/tool", "--bind", folder, "/work", "--chdir", "/work", "--remount-ro", "/",
        "--setenv", "HOME", "/work", "--setenv", "TMPDIR", "/work", "--", "/tool",
    ]);

    // "Parent" is to the kernel the thread that made the child (prctl(2), PR_SET_PDEATHSIG), and ours may end at any time: the
    // child of a pool's thread would be killed in the middle of its work. timeout(1) has one thread, and outlives a killed server
    // by so many seconds at most. Without it the tool ends by its bound of processor time.
    private static IEnumerable<string> Start(string bubblewrap) =>
        Find("timeout") is { } timeout ? [timeout, "--signal=KILL", "90", bubblewrap, "--die-with-parent"] : [bubblewrap];

    private static string? Find(string name) => Places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists);
}
