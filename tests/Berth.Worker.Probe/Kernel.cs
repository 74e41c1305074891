using System.Runtime.InteropServices;

namespace Berth.Worker.Probe;

/// <summary>System calls by number, straight from the program.</summary>
internal static partial class Kernel
{
    private static readonly bool IsX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Calls that a plugin has no business with, each with arguments that do no harm where the call is let through.</summary>
    private static readonly Dictionary<string, (int X64, int Arm64, nint[] Arguments)> Calls = new(StringComparer.Ordinal)
    {
        ["mount"] = (165, 40, [0, 0, 0, 0, 0]),
        ["umount2"] = (166, 39, [0, 0]),
        ["pivot_root"] = (155, 41, [0, 0]),
        ["chroot"] = (161, 51, [0]),
        ["unshare"] = (272, 97, [0x10000000]),
        ["setns"] = (308, 268, [-1, 0]),
        ["ptrace"] = (101, 117, [0, 0, 0, 0]),
        ["process_vm_readv"] = (310, 270, [1, 0, 0, 0, 0, 0]),
        ["process_vm_writev"] = (311, 271, [1, 0, 0, 0, 0, 0]),
        ["kcmp"] = (312, 272, [1, 1, 0, 0, 0]),
        ["bpf"] = (321, 280, [0, 0, 0]),
        ["perf_event_open"] = (298, 241, [0, 0, -1, -1, 0]),
        ["keyctl"] = (250, 219, [0, -3, 0]),
        ["add_key"] = (248, 217, [0, 0, 0, 0, 0]),
        ["request_key"] = (249, 218, [0, 0, 0, 0]),
        ["io_uring_setup"] = (425, 425, [0, 0]),
        ["io_uring_enter"] = (426, 426, [-1, 0, 0, 0]),
        ["io_uring_register"] = (427, 427, [-1, 0, 0, 0]),
        ["userfaultfd"] = (323, 282, [0]),
        ["open_by_handle_at"] = (304, 265, [-1, 0, 0]),
        ["name_to_handle_at"] = (303, 264, [-1, 0, 0, 0, 0]),
        ["init_module"] = (175, 105, [0, 0, 0]),
        ["finit_module"] = (313, 273, [-1, 0, 0]),
        ["delete_module"] = (176, 106, [0, 0]),
        ["kexec_load"] = (246, 104, [0, 0, 0, 0]),
        ["reboot"] = (169, 142, [0, 0, 0, 0]),
        ["swapon"] = (167, 224, [0, 0]),
        ["swapoff"] = (168, 225, [0]),
        ["quotactl"] = (179, 60, [-1, 0, 0, 0]),
        ["acct"] = (163, 89, [-1]),
        ["settimeofday"] = (164, 170, [-1, -1]),
        ["clock_settime"] = (227, 112, [-1, -1]),
        ["adjtimex"] = (159, 171, [-1]),
        ["iopl"] = (172, -1, [3]),
        ["ioperm"] = (173, -1, [0, 1, 1]),
        ["modify_ldt"] = (154, -1, [0, 0, 0]),
        ["personality"] = (135, 92, [0x0400000]),
        ["setuid"] = (105, 146, [0]),
        ["setgid"] = (106, 144, [0]),
        ["setresuid"] = (117, 147, [0, 0, 0]),
        ["setgroups"] = (116, 159, [0, 0]),
        ["capset"] = (126, 91, [0, 0]),
        ["syslog"] = (103, 116, [10, 0, 0]),
        ["sethostname"] = (170, 161, [0, 0]),
        ["fanotify_init"] = (300, 262, [0, 0]),
        ["memfd_secret"] = (447, 447, [0]),
        ["pidfd_open"] = (434, 434, [1, 0]),
        ["mknodat"] = (259, 33, [-1, 0, 0, 0]),
        ["seccomp"] = (317, 277, [1, 0, 0]),
        ["execve"] = (59, 221, [0, 0, 0]),
        ["execveat"] = (322, 281, [-1, 0, 0, 0, 0]),
        ["vmsplice"] = (278, 75, [-1, 0, 0, 0]),
        ["shmget"] = (29, 194, [0, 0, 0]),
        ["clone3"] = (435, 435, [0, 0]),
        ["newest"] = (500, 500, [0]),
        // The host, or whatever is the first process that it sees.
        ["kill"] = (62, 129, [1, 0]),
        ["kill_all"] = (62, 129, [-1, 0]),
        ["tgkill"] = (234, 131, [1, 1, 0]),
        ["prlimit64"] = (302, 261, [1, 7, 0, 0]),
        ["set_parent_death_signal"] = (157, 167, [1, 0, 0, 0, 0]),
        ["set_dumpable"] = (157, 167, [4, 1, 0, 0, 0]),
        ["type_into_terminal"] = (16, 29, [0, 0x5412, 0]),
        ["socket_netlink"] = (41, 198, [16, 3, 0]),
        ["socket_packet"] = (41, 198, [17, 3, 0]),
        ["socket_raw"] = (41, 198, [2, 3, 1]),
        ["socket_internet"] = (41, 198, [2, 1, 0]),
        ["socket_internet6"] = (41, 198, [10, 2, 0]),
        ["socket_vsock"] = (41, 198, [40, 1, 0]),
        ["socket_alg"] = (41, 198, [38, 5, 0]),
        ["socket_unix"] = (41, 198, [1, 1, 0]),
        ["clone_namespace"] = (56, 220, [0x10000000 | 17, 0, 0, 0, 0]),
    };

    public static IEnumerable<string> Names => Calls.Keys;

    /// <summary>"ok", or the error's number.</summary>
    public static string Call(string name)
    {
        var (x64, arm64, given) = Calls[name];
        var number = IsX64 ? x64 : arm64;
        if (number < 0)
            return "none";
        nint[] arguments = [.. given, 0, 0, 0, 0, 0, 0];
        var result = SystemCall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
        if (name.StartsWith("clone", StringComparison.Ordinal) && result == 0)
            EndChild();
        return result < 0 ? $"errno {Marshal.GetLastPInvokeError()}" : "ok";
    }

    /// <summary>
    /// A new process, made by the C library: a child that goes on in managed code would find the runtime's other threads gone. What
    /// the program then does, or whether it is there at all, is not asked here.
    /// </summary>
    public static unsafe string Fork()
    {
        var nothing = stackalloc nint[1];
        var error = Spawn(out _, "/bin/true", 0, 0, nothing, nothing);
        return error is PermissionDenied or NoSuchCall ? $"errno {error}" : "ok";
    }

    private const int PermissionDenied = 1;
    private const int NoSuchCall = 38;

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Spawn(out int pid, string path, nint actions, nint attributes, nint* arguments, nint* environment);

    private static void EndChild() => _ = SystemCall(IsX64 ? 231 : 94, 0, 0, 0, 0, 0, 0);

    [LibraryImport("libc", EntryPoint = "getuid")]
    public static partial int UserId();

    [LibraryImport("libc", EntryPoint = "getgid")]
    public static partial int GroupId();

    [LibraryImport("libc", EntryPoint = "getgroups")]
    public static partial int Groups(int size, nint list);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);
}
