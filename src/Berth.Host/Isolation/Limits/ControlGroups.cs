using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Limits;

/// <summary>
/// Makes control groups beneath the one that the host is in, in whichever hierarchies it may write: the unified one (version 2),
/// or those of version 1. What it cannot limit is a gap that is told, not an error: the worker's own limits hold besides.
/// </summary>
internal sealed class ControlGroups(IsolationOptions options)
{
    private const string HostFolder = "berth-host";
    private readonly ControlGroupLayout _layout = ControlGroupLayout.Read();
    private readonly Lazy<Parents> _parents = new(() => Parents.Find(ControlGroupLayout.Read()));

    /// <summary>What is not limited here, and what that means.</summary>
    public IReadOnlyList<string> Gaps => _parents.Value.Gaps;

    /// <summary>The limits, as events name them, that nothing holds a worker to where its groups can be made with these controllers missing.</summary>
    /// <param name="missing">The controllers; <see langword="null"/>: those that are missing here.</param>
    /// <param name="areProcessesCounted">Whether the worker's own limit of processes counts it alone.</param>
    public IReadOnlyList<string> Unlimited(bool areProcessesCounted, IReadOnlyList<string>? missing = null)
    {
        missing ??= _parents.Value.Missing;
        return
        [
            .. missing.Contains("cpu", StringComparer.Ordinal) ? (string[])[LimitTrail.Processor] : [],
            .. missing.Contains("pids", StringComparer.Ordinal) && !areProcessesCounted ? (string[])[LimitTrail.Processes] : [],
        ];
    }

    /// <summary>What it means that nothing limits a controller, in the words that all levels have for it.</summary>
    /// <param name="controllers">Those that are missing.</param>
    /// <param name="why">Why, of a controller, and what to do.</param>
    public static IReadOnlyList<string> GapsOf(IEnumerable<string> controllers, Func<string, string> why) =>
        [.. Parents.Meanings.Where(meaning => controllers.Contains(meaning.Controller, StringComparer.Ordinal)).Select(meaning => $"{meaning.Meaning}: {why(meaning.Controller)}")];

    /// <summary>Ends when what killed hosts left has been taken away.</summary>
    public Task Swept => _parents.Value.Swept;

    /// <summary>Where groups of hosts can be: beneath this one's own group, and at the top of each hierarchy.</summary>
    public IEnumerable<string> Places => [.. _parents.Value.ByController.Values, .. _parents.Value.Unified is { } unified ? (string[])[unified] : [], .. _layout.Mounts];

    /// <summary>Makes the group of one worker; <see langword="null"/> where none can be made.</summary>
    /// <param name="memoryBytes">All that counts as memory: also the files of a temporary folder in memory.</param>
    /// <param name="limits">The worker's limits.</param>
    /// <exception cref="WorkerStartException">One that could be made is refused now.</exception>
    public ControlGroup? Create(long memoryBytes, WorkerLimits limits)
    {
        var parents = _parents.Value;
        try
        {
            if (parents.Unified is { } unified)
                return ControlGroupV2.Create(unified, HostProcess.NewName(), memoryBytes, limits, options);
            return parents.ByController.Count > 0
                ? ControlGroupV1.Create(parents.ByController, HostProcess.NewName(), memoryBytes, limits, options)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new WorkerStartException($"The worker's control group cannot be made: {exception.Message} Look whether the host's own control group was taken away or is full.", exception);
        }
    }

    /// <summary>The counters of a group that somebody else made at the top of the hierarchies; <see langword="null"/> when it isn't there.</summary>
    public WorkerFigures? ReadAtRoot(string name) => _layout.Unified is not null
        ? new ControlGroupV2(Path.Combine(_layout.Roots["unified"], name), 1, options).Read()
        : new ControlGroupV1(_layout.Roots.ToDictionary(root => root.Key, root => Path.Combine(root.Value, name), StringComparer.Ordinal), 1, options).Read();

    /// <summary>What to do where the host may not make them.</summary>
    public static string Remedy(bool isRoot) => isRoot
        ? "It is root, so they are read-only here or not there: where it runs in a container, start that one with /sys/fs/cgroup mounted for writing; otherwise mount the controller, or let the host have a delegated control group (systemd: Delegate=yes)."
        : "Run it as root, or with a delegated control group (systemd: Delegate=yes).";

    /// <summary>The groups that somebody else made for a process; <see langword="null"/> where it is in none whose path has that name in it.</summary>
    public ControlGroup? Find(int process, string name)
    {
        var its = ControlGroupLayout.Of(process);
        if (its.Unified is { } unified)
            return unified.Contains(name, StringComparison.Ordinal) ? new ControlGroupV2(unified, 1, options) : null;
        var own = its.ByController.Where(pair => pair.Value.Contains(name, StringComparison.Ordinal)).ToDictionary(StringComparer.Ordinal);
        return own.Count > 0 ? new ControlGroupV1(own, 1, options) : null;
    }

    /// <summary>Where the groups of workers are made, and what is missing.</summary>
    private sealed record Parents(string? Unified, IReadOnlyDictionary<string, string> ByController, IReadOnlyList<string> Gaps)
    {
        public static readonly (string Controller, string Meaning)[] Meanings =
        [
            ("memory", "The memory of a worker is limited by its managed heap and its private data only"),
            ("cpu", "The processor time of a worker is not limited"),
            ("pids", "The processes of a worker are limited by its user's limit only"),
        ];

        public Task Swept { get; private init; } = Task.CompletedTask;

        public IReadOnlyList<string> Missing { get; private init; } = [];

        public static Parents Find(ControlGroupLayout layout)
        {
            if (layout.Unified is { } own)
            {
                // A second host in this process finds itself where the first has moved it.
                var parent = Path.GetFileName(own) == HostFolder ? Path.GetDirectoryName(own)! : own;
                if (HasControllers(parent) && CanMake(parent))
                {
                    return new Parents(parent, new Dictionary<string, string>(StringComparer.Ordinal), []) { Swept = SweepAsync([parent]) };
                }
            }

            var writable = layout.ByController.Where(pair => CanMake(pair.Value)).ToDictionary(StringComparer.Ordinal);
            string[] missing = [.. Meanings.Select(meaning => meaning.Controller).Where(controller => !writable.ContainsKey(controller))];
            var gaps = GapsOf(
                missing,
                controller => $"the host may not make control groups for '{controller}'. {Remedy(Environment.IsPrivilegedProcess)}");
            return new Parents(null, writable, gaps) { Missing = missing, Swept = SweepAsync(writable.Values) };
        }

        /// <summary>A group with members cannot give controllers to its children: the host moves into a child of its own first.</summary>
        private static bool HasControllers(string parent)
        {
            const string Wanted = "+memory +cpu +pids";
            try
            {
                ControlGroupFolder.Write(parent, "cgroup.subtree_control", Wanted);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return TryMove(parent, Wanted);
            }
        }

        private static bool TryMove(string parent, string wanted)
        {
            try
            {
                Directory.CreateDirectory(Path.Combine(parent, HostFolder));
                ControlGroupFolder.Write(Path.Combine(parent, HostFolder), "cgroup.procs", ControlGroupFolder.Text(Environment.ProcessId));
                ControlGroupFolder.Write(parent, "cgroup.subtree_control", wanted);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        private static bool CanMake(string parent)
        {
            var folder = Path.Combine(parent, HostProcess.NewName());
            try
            {
                Directory.CreateDirectory(folder);
                Directory.Delete(folder);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return false;
            }
        }

        /// <summary>Takes away the groups of hosts that ended without doing so, with what may still run in them.</summary>
        private static Task SweepAsync(IEnumerable<string> parents) => Task.WhenAll(
            parents.Distinct(StringComparer.Ordinal)
                .SelectMany(Directory.EnumerateDirectories)
                .Where(folder => HostProcess.IsOfDeadHost(Path.GetFileName(folder)))
                .Select(folder => RemoveAsync(folder)));

        private static async Task RemoveAsync(string folder)
        {
            try
            {
                await ControlGroupFolder.RemoveAsync(folder, 20, TimeSpan.FromMilliseconds(25));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Something in it does not end; the next start tries again.
            }
        }
    }
}
