namespace Berth.Host.Isolation;

/// <summary>The names of the isolation levels, from the weakest to the strongest.</summary>
public static class IsolationLevels
{
    /// <summary>A load context in the host's own process.</summary>
    public const string None = "none";

    /// <summary>A worker process: another user where the host is root, a cleared environment, limits, a system call filter.</summary>
    public const string Process = "process";

    /// <summary>A worker in namespaces of its own, made by bubblewrap.</summary>
    public const string Sandbox = "sandbox";

    /// <summary>The same worker in an OCI bundle run by runc or podman.</summary>
    public const string Container = "container";

    /// <summary>WebAssembly or JavaScript in V8, inside the sandbox.</summary>
    public const string Vm = "vm";

    /// <summary>All of them, the weakest first.</summary>
    public static IReadOnlyList<string> All { get; } = [None, Process, Sandbox, Container, Vm];

    /// <summary>How strong a level is; -1 for a name that is none.</summary>
    public static int Strength(string level)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (string.Equals(All[i], level, StringComparison.Ordinal))
                return i;
        }

        return -1;
    }
}

/// <summary>Whether this machine can give an isolation level.</summary>
/// <param name="Level">The level.</param>
/// <param name="IsAvailable">Whether it can.</param>
/// <param name="Reason">What it is made with, or why it cannot be had.</param>
/// <param name="Remedy">What to do so that it can; <see langword="null"/> when it is available, or when nothing helps.</param>
public sealed record IsolationAvailability(string Level, bool IsAvailable, string Reason, string? Remedy = null)
{
    /// <summary>Parts of the level that this machine cannot give, each with what that means; empty when it is whole.</summary>
    public IReadOnlyList<string> Gaps { get; init; } = [];

    /// <summary>The limits, as events name them, that nothing holds a worker to on this machine: <c>processor</c>, <c>processes</c>. Of memory its private data are limited at least.</summary>
    public IReadOnlyList<string> Unlimited { get; init; } = [];

    /// <summary>The reason and what to do, as sentences.</summary>
    public string Explanation => $"{Reason.TrimEnd('.')}.{(Remedy is { } remedy ? $" {remedy}" : "")}";
}
