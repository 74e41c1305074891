namespace Berth.Host.Isolation;

/// <summary>How the isolation levels are made on this machine.</summary>
public sealed record IsolationOptions
{
    /// <summary>
    /// The first of the user ids that workers get where the host is root, one each. Ids that the machine's user database names
    /// are left out. Default 61184.
    /// </summary>
    public int FirstUserId { get; init; } = 61184;

    /// <summary>The last of them. Default 61999: 816 workers at once.</summary>
    public int LastUserId { get; init; } = 61999;

    /// <summary>
    /// A folder of the host's own, on this machine, for what workers need while they run: temporary folders, bundles, locks.
    /// Default <c>/run/berth</c> where the host is root, otherwise a folder of its user under the temporary folder.
    /// </summary>
    public string RunDirectory { get; init; } = Environment.IsPrivilegedProcess && OperatingSystem.IsLinux()
        ? "/run/berth"
        : Path.Combine(Path.GetTempPath(), $"berth-{Environment.UserName}");

    /// <summary>The container engine: <c>runc</c> or <c>podman</c>; by default the first of them that works.</summary>
    public string? ContainerEngine { get; init; }

    /// <summary>How much more processor time a worker may have until it is ready, as a factor of its share. Default 4.</summary>
    public double StartProcessorFactor { get; init; } = 4;

    /// <summary>After that time a worker's processor share is its own, ready or not. Default 10 seconds.</summary>
    public TimeSpan StartProcessorTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether a worker at level <c>process</c> gets its temporary folder as a file system of its own, in memory and of a fixed size, where
    /// the host may mount one. Otherwise the folder lies on the machine's disk and is measured every few seconds. Default true.
    /// </summary>
    public bool MountTemporaryFolders { get; init; } = true;

    /// <summary>Longest time of one look whether a level works. Default 20 seconds.</summary>
    public TimeSpan ProbeTime { get; init; } = TimeSpan.FromSeconds(20);
}
