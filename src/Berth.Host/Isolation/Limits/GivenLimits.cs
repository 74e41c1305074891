using System.Globalization;

namespace Berth.Host.Isolation.Limits;

/// <summary>Which limits the control groups of a process have that somebody else made: what was asked for is not always what holds.</summary>
internal static class GivenLimits
{
    // What version 1 says where there is no limit is about 2^63.
    private const long Boundless = 1L << 60;

    // Version 2 and version 1.
    private static readonly (string Controller, string[] Files)[] Settings =
    [
        ("memory", ["memory.max", "memory.limit_in_bytes"]),
        ("cpu", ["cpu.max", "cpu.cfs_quota_us"]),
        ("pids", ["pids.max"]),
    ];

    /// <summary>The controllers of which no group limits the process.</summary>
    /// <param name="groups">Where the process is.</param>
    /// <param name="name">What the path of its own groups has in it: those above are not made for it.</param>
    public static IReadOnlyList<string> Missing(ControlGroupLayout groups, string name) =>
        [.. Settings.Where(setting => !OwnFolders(groups.Unified ?? groups.ByController.GetValueOrDefault(setting.Controller), name).Any(folder => setting.Files.Any(file => Bounds(Path.Combine(folder, file))))).Select(setting => setting.Controller)];

    // An engine may put the process into a group beneath the one that has the limits.
    private static IEnumerable<string> OwnFolders(string? folder, string name)
    {
        for (; folder is not null && folder.Contains(name, StringComparison.Ordinal); folder = Path.GetDirectoryName(folder))
            yield return folder;
    }

    private static bool Bounds(string file)
    {
        try
        {
            return File.Exists(file) && long.TryParse(File.ReadAllText(file).Trim().Split(' ')[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is > 0 and < Boundless;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
