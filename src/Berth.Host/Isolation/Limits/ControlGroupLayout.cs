namespace Berth.Host.Isolation.Limits;

/// <summary>Where this process is in the machine's control groups.</summary>
/// <param name="Unified">Its folder in the unified hierarchy, where that has the controllers; otherwise <see langword="null"/>.</param>
/// <param name="ByController">Its folder in the hierarchy of each old controller.</param>
internal sealed record ControlGroupLayout(string? Unified, IReadOnlyDictionary<string, string> ByController)
{
    /// <summary>The topmost folder of each hierarchy that it shows, by controller; the unified one as <c>unified</c>.</summary>
    public IReadOnlyDictionary<string, string> Roots { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The mount points of all hierarchies, also of those that workers are not limited with: container engines make groups in them, too.</summary>
    public IReadOnlyList<string> Mounts { get; init; } = [];

    /// <summary>The controllers that workers are limited and counted with.</summary>
    public static IReadOnlyList<string> Controllers { get; } = ["memory", "cpu", "pids", "cpuacct"];

    /// <summary>Of this process.</summary>
    public static ControlGroupLayout Read() => Read("self");

    /// <summary>Of another process, as this one sees it.</summary>
    public static ControlGroupLayout Of(int process) => Read(process.ToString(System.Globalization.CultureInfo.InvariantCulture));

    private static ControlGroupLayout Read(string process) => File.Exists($"/proc/{process}/cgroup")
        ? Parse(File.ReadAllLines($"/proc/{process}/cgroup"), File.ReadAllLines("/proc/self/mountinfo"), folder => File.Exists(Path.Combine(folder, "cgroup.controllers")) ? File.ReadAllText(Path.Combine(folder, "cgroup.controllers")) : "")
        : new ControlGroupLayout(null, new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>From the kernel's own lines (proc(5), cgroups(7)).</summary>
    /// <param name="membership">Lines of <c>/proc/self/cgroup</c>.</param>
    /// <param name="mounts">Lines of <c>/proc/self/mountinfo</c>.</param>
    /// <param name="controllersOf">The text of a unified folder's <c>cgroup.controllers</c>.</param>
    public static ControlGroupLayout Parse(IEnumerable<string> membership, IEnumerable<string> mounts, Func<string, string> controllersOf)
    {
        var hierarchies = mounts.Select(Mount.Parse).OfType<Mount>().ToArray();
        string? unified = null;
        var byController = new Dictionary<string, string>(StringComparer.Ordinal);
        var roots = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in membership)
        {
            if (line.Split(':', 3) is not [_, var names, var own])
                continue;
            if (names.Length == 0)
            {
                if (hierarchies.FirstOrDefault(mount => mount.Kind == "cgroup2") is { } one
                    && controllersOf(one.Folder(own)).Contains("memory", StringComparison.Ordinal))
                {
                    unified = one.Folder(own);
                    roots["unified"] = one.Point;
                }

                continue;
            }

            foreach (var name in names.Split(',').Intersect(Controllers, StringComparer.Ordinal))
            {
                if (hierarchies.FirstOrDefault(mount => mount.Kind == "cgroup" && mount.Controllers.Contains(name)) is not { } old)
                    continue;
                byController[name] = old.Folder(own);
                roots[name] = old.Point;
            }
        }

        return new ControlGroupLayout(unified, byController) { Roots = roots, Mounts = [.. hierarchies.Select(mount => mount.Point).Distinct(StringComparer.Ordinal)] };
    }

    private sealed record Mount(string Kind, string Root, string Point, IReadOnlyList<string> Controllers)
    {
        /// <summary>Fields before and after " - "; the root is the fourth, the mount point the fifth.</summary>
        public static Mount? Parse(string line)
        {
            var parts = line.Split(" - ", 2);
            if (parts.Length != 2)
                return null;
            var before = parts[0].Split(' ');
            var after = parts[1].Split(' ');
            return before.Length >= 5 && after.Length >= 3 && after[0] is "cgroup" or "cgroup2"
                ? new Mount(after[0], before[3], before[4], after[2].Split(','))
                : null;
        }

        /// <summary>In a container the mount shows only a part of the tree, and a path is told from the whole tree's root.</summary>
        public string Folder(string own)
        {
            var inner = Root != "/" && own.StartsWith(Root, StringComparison.Ordinal) ? own[Root.Length..] : own;
            return inner.Trim('/').Length == 0 ? Point : Path.Combine(Point, inner.Trim('/'));
        }
    }
}
