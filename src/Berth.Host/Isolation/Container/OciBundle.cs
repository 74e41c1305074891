using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Berth.Host.Isolation.Container;

/// <summary>
/// The configuration of one worker's container (OCI runtime specification 1.0): an empty read-only root with read-only binds,
/// no capabilities, no network, namespaces of its own.
/// </summary>
internal static class OciBundle
{
    // What a file system in /proc would tell or let change about the machine.
    private static readonly string[] Masked =
        ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"];

    private static readonly string[] ReadOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    private static readonly string[] Namespaces = ["pid", "network", "ipc", "uts", "mount"];

    // EPERM, which is also what the worker's own filter answers.
    private const int NotPermitted = 1;

    /// <summary>What the runtime's own filter refuses, beneath the one that the worker puts over itself.</summary>
    public static IReadOnlyList<string> RefusedCalls { get; } =
    [
        "mount", "umount2", "pivot_root", "chroot", "unshare", "setns", "ptrace", "bpf", "perf_event_open", "keyctl", "add_key", "request_key",
        "io_uring_setup", "userfaultfd", "open_by_handle_at", "init_module", "finit_module", "delete_module", "kexec_load", "reboot",
        "swapon", "swapoff", "acct", "settimeofday", "clock_settime", "syslog",
    ];

    // An ABI that is not named here ends the thread that calls by it, and nobody is told. The worker's own filter refuses it with an error.
    private static readonly string[] Architectures =
        RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ["SCMP_ARCH_X86_64", "SCMP_ARCH_X32"] : ["SCMP_ARCH_AARCH64"];

    /// <summary>Makes the text of <c>config.json</c>.</summary>
    public static JsonObject Make(ContainerPlan plan)
    {
        var limits = plan.Launch.Limits;
        return new JsonObject
        {
            ["ociVersion"] = "1.0.2",
            ["hostname"] = "berth-worker",
            ["root"] = new JsonObject { ["path"] = "root", ["readonly"] = true },
            ["process"] = new JsonObject
            {
                ["terminal"] = false,
                ["user"] = new JsonObject { ["uid"] = plan.UserId, ["gid"] = plan.UserId },
                ["args"] = Texts(plan.Command),
                ["env"] = Texts(plan.Environment.Select(pair => $"{pair.Key}={pair.Value}")),
                ["cwd"] = "/",
                ["noNewPrivileges"] = true,
                ["capabilities"] = new JsonObject
                {
                    ["bounding"] = new JsonArray(),
                    ["effective"] = new JsonArray(),
                    ["permitted"] = new JsonArray(),
                    ["inheritable"] = new JsonArray(),
                    ["ambient"] = new JsonArray(),
                },
                ["rlimits"] = new JsonArray(Limit("RLIMIT_NOFILE", limits.OpenFiles), Limit("RLIMIT_CORE", 0)),
            },
            ["mounts"] = Mounts(plan),
            ["linux"] = new JsonObject
            {
                ["namespaces"] = new JsonArray([.. Namespaces.Select(name => new JsonObject { ["type"] = name })]),
                ["cgroupsPath"] = "/" + plan.Name,
                ["resources"] = Resources(limits),
                ["maskedPaths"] = Texts(Masked),
                ["readonlyPaths"] = Texts(ReadOnly),
                ["seccomp"] = Filter(),
            },
        };
    }

    /// <summary>Makes the runtime's filter over system calls.</summary>
    public static JsonObject Filter() => new()
    {
        ["defaultAction"] = "SCMP_ACT_ALLOW",
        ["architectures"] = Texts(Architectures),
        ["syscalls"] = new JsonArray(Refusal()),
    };

    /// <summary>Makes the one rule of <see cref="Filter"/>.</summary>
    public static JsonObject Refusal() => new() { ["names"] = Texts(RefusedCalls), ["action"] = "SCMP_ACT_ERRNO", ["errnoRet"] = NotPermitted };

    private static JsonObject Resources(WorkerLimits limits)
    {
        // A temporary folder in memory counts, too.
        var memory = limits.MemoryBytes + limits.TemporaryBytes;
        const int Period = 100_000;
        return new JsonObject
        {
            ["devices"] = new JsonArray(new JsonObject { ["allow"] = false, ["access"] = "rwm" }),
            ["memory"] = new JsonObject { ["limit"] = memory },
            ["cpu"] = new JsonObject { ["period"] = Period, ["quota"] = (long)(limits.ProcessorShare * Period) },
            ["pids"] = new JsonObject { ["limit"] = limits.Processes },
        };
    }

    private static JsonArray Mounts(ContainerPlan plan)
    {
        var user = plan.UserId.ToString(CultureInfo.InvariantCulture);
        JsonArray mounts =
        [
            Mount("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
            Mount("/dev", "tmpfs", "tmpfs", ["nosuid", "noexec", "strictatime", "mode=755", "size=65536"]),
            Mount(
                "/tmp", "tmpfs", "tmpfs",
                ["nosuid", "nodev", "noexec", "mode=700", $"uid={user}", $"gid={user}", $"size={plan.Launch.Limits.TemporaryBytes.ToString(CultureInfo.InvariantCulture)}"]),
        ];
        // A shared mapping of it is memory that counts for no limit of a process.
        mounts.Add(Mount("/dev/zero", "bind", "/dev/null", ["bind", "nosuid", "noexec"]));
        foreach (var path in plan.Visible)
            mounts.Add(Mount(path, "bind", path, ["bind", "ro", "nosuid", "nodev"]));
        return mounts;
    }

    private static JsonObject Mount(string destination, string type, string source, IEnumerable<string> options) =>
        new() { ["destination"] = destination, ["type"] = type, ["source"] = source, ["options"] = Texts(options) };

    private static JsonObject Limit(string name, long value) => new() { ["type"] = name, ["hard"] = value, ["soft"] = value };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);
}
