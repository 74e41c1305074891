namespace Berth.Host.Tests.Isolation.Worker;

/// <summary>What the kernel says of how a worker's process is confined, without what is each one's own.</summary>
internal static class Hardening
{
    private static readonly string[] Fields =
        ["PPid", "TracerPid", "Groups", "NStgid", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters", "Umask", "SigBlk", "SigIgn", "Cpus_allowed"];

    public static string StatusOf(int process)
    {
        var lines = File.ReadAllLines($"/proc/{process}/status");
        // Each has a user of its own, the same four times.
        var user = lines.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1..].Distinct().ShouldHaveSingleItem();
        var own = lines.Where(line => line.StartsWith("Uid:", StringComparison.Ordinal) || line.StartsWith("Gid:", StringComparison.Ordinal)).Select(line => line.Replace(user, "its own", StringComparison.Ordinal));
        return string.Join('\n', own.Concat(lines.Where(line => Fields.Contains(line.Split(':')[0]))).Select(line => line.StartsWith("NStgid", StringComparison.Ordinal) ? $"namespaces: {line.Split('\t').Length - 1}" : line));
    }

    public static string LimitsOf(int process) => File.ReadAllText($"/proc/{process}/limits");

    public static string EnvironmentOf(int process)
    {
        var variables = File.ReadAllText($"/proc/{process}/environ").Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).ToList();
        var temporary = variables.Single(one => one.StartsWith("TMPDIR=", StringComparison.Ordinal))["TMPDIR=".Length..];
        return string.Join('\n', variables).Replace(temporary, "its own", StringComparison.Ordinal);
    }

    /// <summary>What its descriptors lead to, each kind once: how many connections there are is a matter of the moment.</summary>
    public static string DescriptorsOf(int process) => string.Join('\n', Directory.EnumerateFileSystemEntries($"/proc/{process}/fd")
        .Select(entry => new FileInfo(entry).LinkTarget)
        .OfType<string>()
        .Select(target => target.Split('[')[0].Replace("/Echo/1.1.0/", "/Echo/1.0.0/", StringComparison.Ordinal))
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
