using Berth.Host.Caches;
using Berth.Host.Health;
using Berth.Host.Isolation.Network;
using Berth.Host.Offers;

namespace Berth.Host;

/// <summary>How the host runs plugins.</summary>
public sealed record HostOptions
{
    /// <summary>Time without a lease after which an instance is retired. Default 30 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How often idle instances are looked for. Default 5 minutes, at most the idle timeout.</summary>
    public TimeSpan RetireInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time a version may take to load and start; the manifest may be stricter. Default 10 seconds.</summary>
    public TimeSpan StartBudget { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time of one request; the manifest may be stricter. Default 30 seconds.</summary>
    public TimeSpan RequestTimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Longest time of one request whose answer has begun, also while it moves; streams of events and WebSockets included. Default <see langword="null"/>:
    /// it may go on for as long as something moves within <see cref="RequestTimeLimit"/>.
    /// </summary>
    public TimeSpan? AnswerTimeLimit { get; init; }

    /// <summary>
    /// Longest time of one guard's decision; of a guard of another plugin with all that it depends on. Default 5 seconds. A
    /// plugin's own guard that holds its thread is not interrupted: the request's limit ends it.
    /// </summary>
    public TimeSpan GuardTimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time of one lifecycle hook; the one before the load has the start budget. Default 5 seconds.</summary>
    public TimeSpan HookTimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time of a version's health checks together; those at its start have the start budget. Default 5 seconds.</summary>
    public TimeSpan HealthCheckTimeLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time of one lifecycle call. Default 60 seconds.</summary>
    public TimeSpan LifecycleTimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Longest time of one call of a plugin's event handler. Default 10 seconds.</summary>
    public TimeSpan EventTimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many loads in a row may fail within <see cref="CrashBudgetWindow"/> before a version is not tried again by itself. Default 10.</summary>
    public int CrashBudget { get; init; } = 10;

    /// <summary>The window of <see cref="CrashBudget"/>. Default 30 minutes.</summary>
    public TimeSpan CrashBudgetWindow { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>A random number from 0 to 1 that shortens a back-off; for tests that need to know it.</summary>
    public Func<double> Jitter { get; init; } = Random.Shared.NextDouble;

    /// <summary>Starts without plugins: every lease is refused until an administrator ends it. Default off.</summary>
    public bool SafeMode { get; init; }

    /// <summary>When circuit breakers open, by trust level.</summary>
    public BreakerOptions Breaker { get; init; } = new();

    /// <summary>How plugins reach the network.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>Bounds of the host's caches.</summary>
    public CacheOptions Caches { get; init; } = new();

    /// <summary>
    /// The load of the machine's memory, or of what the process may use of it, from 0 to 1, from which on idle instances are retired
    /// before their time. Default 0.9; 1 or more: never.
    /// </summary>
    public double MemoryPressureThreshold { get; init; } = 0.9;

    /// <summary>How often the load is looked at. Default 10 seconds.</summary>
    public TimeSpan MemoryPressureInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tells the load; for tests that need to set it. Default: what the garbage collector saw last.</summary>
    public Func<double> MemoryLoad { get; init; } = Usage.MemoryLoad.Now;

    /// <summary>How long running calls may go on once a version drains. Default 10 seconds.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Trust levels whose code may run in the host's own process. Default internal and verified.</summary>
    public IReadOnlySet<string> InProcessTrustLevels { get; init; } = new HashSet<string>(StringComparer.Ordinal) { "internal", "verified" };

    /// <summary>
    /// Trust levels whose code may use in the host's own process what its manifest does not declare. Default internal: it is the
    /// operator's own, and what runs there is trusted as the host is; each load of such code is told by
    /// <c>berth.security.undeclared_use</c>. Any other that is found to do so is not loaded there.
    /// </summary>
    public IReadOnlySet<string> UndeclaredUseTrustLevels { get; init; } = new HashSet<string>(StringComparer.Ordinal) { "internal" };

    /// <summary>The isolation levels of all other trust levels; <c>sandbox</c> for one that is not named. Default: <see cref="Isolation.PlacementPolicy.WorkerLevels"/> for the user that this process has.</summary>
    public IReadOnlyDictionary<string, string> WorkerLevels { get; init; } = Isolation.PlacementPolicy.WorkerLevels(Environment.IsPrivilegedProcess);

    /// <summary>Folders of the machine for plugins with <c>filesystem:read-data</c> or <c>filesystem:write-data</c>. Default none.</summary>
    public IReadOnlyList<OfferedFolder> PluginFolders { get; init; } = [];

    /// <summary>Programs of the machine for plugins with <c>process:spawn-child</c>. Default none.</summary>
    public IReadOnlyList<OfferedProgram> PluginPrograms { get; init; } = [];

    /// <summary>The Node that runs plugins of the isolation level <c>vm</c>; the first one in PATH when it is not named.</summary>
    public string? NodePath { get; init; }

    /// <summary>
    /// The folder under which the files of all versions lie, where there is one. Every worker at <c>process</c> may read what lies
    /// there: a spare is started before it is known what it will run. Without it a worker reads its own version's files alone, and there
    /// are no spares.
    /// </summary>
    public string? VersionsDirectory { get; init; }

    /// <summary>Isolation levels of single plugins, by slug, where an administrator wants a stronger one than their trust demands.</summary>
    public IReadOnlyDictionary<string, string> PluginIsolation { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What one worker may use at most; a trust policy and a manifest may say less.</summary>
    public Isolation.WorkerLimits WorkerLimits { get; init; } = new();

    /// <summary>
    /// How long after its start the host looks which isolation levels the machine gives, each of which starts a process. Who needs one
    /// before that does not wait for it. Default 5 seconds; <see cref="Timeout.InfiniteTimeSpan"/>: when somebody asks.
    /// </summary>
    public TimeSpan LevelProbeDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many workers of the level <c>process</c> are started ahead, once one runs, so that the next load and the restart after a crash
    /// need not wait for a runtime to start. Default 1; 0: none. Each takes about 20 MB.
    /// </summary>
    public int WorkerSpares { get; init; } = 1;

    /// <summary>
    /// How many questions a second a worker may ask its host (documents, settings, guards, services, events, lines of the log), beside the first 32 of each
    /// call that it runs. Twice as many at once. Those that are more wait. Default 1,000.
    /// </summary>
    public int WorkerHostCallsPerSecond { get; init; } = 1000;

    /// <summary>How many calls of other plugins' services a worker may have under way; more are refused. Default 128.</summary>
    public int WorkerServiceCalls { get; init; } = Isolation.Worker.Broker.BrokerAllowance.MostServiceCalls;

    /// <summary>Trust levels whose manifests may say that the host does not start without them. Default internal.</summary>
    public IReadOnlySet<string> CriticalTrustLevels { get; init; } = new HashSet<string>(StringComparer.Ordinal) { "internal" };
}
