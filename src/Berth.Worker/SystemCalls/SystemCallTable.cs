namespace Berth.Worker.SystemCalls;

/// <summary>A system call by its name, and its number on each architecture; -1 where it has none.</summary>
internal sealed record SystemCall(string Name, int X64, int Arm64);

/// <summary>
/// The system calls that a worker may make; every other is refused. The numbers are those of the kernel's own tables
/// (arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h).
/// </summary>
internal static class SystemCallTable
{
    /// <summary>The highest number that was looked at when this table was made. What is newer does not exist for a worker.</summary>
    public const int Newest = 462;

    /// <summary>Files and folders: what may be opened is the kernel's and the sandbox's to decide.</summary>
    public static IReadOnlyList<SystemCall> Files { get; } =
    [
        new("read", 0, 63), new("write", 1, 64), new("readv", 19, 65), new("writev", 20, 66), new("pread64", 17, 67),
        new("pwrite64", 18, 68), new("preadv", 295, 69), new("pwritev", 296, 70), new("preadv2", 327, 286), new("pwritev2", 328, 287),
        new("open", 2, -1), new("openat", 257, 56), new("openat2", 437, 437), new("creat", 85, -1), new("close", 3, 57),
        new("close_range", 436, 436), new("dup", 32, 23), new("dup2", 33, -1), new("dup3", 292, 24), new("lseek", 8, 62),
        new("stat", 4, -1), new("fstat", 5, 80), new("lstat", 6, -1), new("newfstatat", 262, 79), new("statx", 332, 291),
        new("access", 21, -1), new("faccessat", 269, 48), new("faccessat2", 439, 439), new("readlink", 89, -1), new("readlinkat", 267, 78),
        new("getdents", 78, -1), new("getdents64", 217, 61), new("getcwd", 79, 17), new("chdir", 80, 49), new("fchdir", 81, 50),
        new("rename", 82, -1), new("renameat", 264, 38), new("renameat2", 316, 276), new("mkdir", 83, -1), new("mkdirat", 258, 34),
        new("rmdir", 84, -1), new("unlink", 87, -1), new("unlinkat", 263, 35), new("link", 86, -1), new("linkat", 265, 37),
        new("symlink", 88, -1), new("symlinkat", 266, 36), new("chmod", 90, -1), new("fchmod", 91, 52), new("fchmodat", 268, 53),
        new("fchmodat2", 452, 452), new("umask", 95, 166), new("truncate", 76, 45), new("ftruncate", 77, 46), new("fallocate", 285, 47),
        new("fadvise64", 221, 223), new("readahead", 187, 213), new("fsync", 74, 82), new("fdatasync", 75, 83),
        new("sync_file_range", 277, 84), new("flock", 73, 32), new("fcntl", 72, 25), new("statfs", 137, 43), new("fstatfs", 138, 44),
        new("utimensat", 280, 88), new("futimesat", 261, -1), new("utimes", 235, -1), new("utime", 132, -1),
        new("copy_file_range", 326, 285), new("sendfile", 40, 71), new("pipe", 22, -1), new("pipe2", 293, 59), new("inotify_init", 253, -1),
        new("inotify_init1", 294, 26), new("inotify_add_watch", 254, 27), new("inotify_rm_watch", 255, 28),
    ];

    /// <summary>Memory of its own; the runtime compiles code at run time, so executable pages are among it.</summary>
    public static IReadOnlyList<SystemCall> Memory { get; } =
    [
        new("munmap", 11, 215), new("mremap", 25, 216), new("mprotect", 10, 226), new("madvise", 28, 233),
        new("msync", 26, 227), new("mincore", 27, 232), new("brk", 12, 214), new("mlock", 149, 228), new("mlock2", 325, 284),
        new("munlock", 150, 229), new("membarrier", 324, 283), new("mseal", 462, 462), new("mbind", 237, 235),
        new("get_mempolicy", 239, 236),
    ];

    /// <summary>Threads and locks.</summary>
    public static IReadOnlyList<SystemCall> Threads { get; } =
    [
        new("futex", 202, 98), new("futex_wake", 454, 454), new("futex_wait", 455, 455), new("futex_waitv", 449, 449),
        new("futex_requeue", 456, 456), new("set_robust_list", 273, 99), new("get_robust_list", 274, 100), new("set_tid_address", 218, 96),
        new("rseq", 334, 293), new("sched_yield", 24, 124), new("sched_getaffinity", 204, 123), new("sched_setaffinity", 203, 122),
        new("sched_getparam", 143, 121), new("sched_getscheduler", 145, 120), new("sched_get_priority_max", 146, 125),
        new("sched_get_priority_min", 147, 126), new("getcpu", 309, 168), new("arch_prctl", 158, -1), new("exit", 60, 93),
        new("exit_group", 231, 94), new("restart_syscall", 219, 128),
    ];

    /// <summary>Signals to itself, and the ends of its children.</summary>
    public static IReadOnlyList<SystemCall> Signals { get; } =
    [
        new("rt_sigaction", 13, 134), new("rt_sigprocmask", 14, 135), new("rt_sigreturn", 15, 139), new("rt_sigpending", 127, 136),
        new("rt_sigtimedwait", 128, 137), new("rt_sigsuspend", 130, 133), new("sigaltstack", 131, 132), new("signalfd", 282, -1),
        new("signalfd4", 289, 74), new("wait4", 61, 260), new("waitid", 247, 95),
    ];

    /// <summary>Clocks, read only, and timers.</summary>
    public static IReadOnlyList<SystemCall> Time { get; } =
    [
        new("clock_gettime", 228, 113), new("clock_getres", 229, 114), new("clock_nanosleep", 230, 115), new("nanosleep", 35, 101),
        new("gettimeofday", 96, 169), new("time", 201, -1), new("times", 100, 153), new("timerfd_create", 283, 85),
        new("timerfd_settime", 286, 86), new("timerfd_gettime", 287, 87), new("pause", 34, -1),
    ];

    /// <summary>Waiting for descriptors.</summary>
    public static IReadOnlyList<SystemCall> Waiting { get; } =
    [
        new("poll", 7, -1), new("ppoll", 271, 73), new("select", 23, -1), new("pselect6", 270, 72), new("epoll_create", 213, -1),
        new("epoll_create1", 291, 20), new("epoll_ctl", 233, 21), new("epoll_wait", 232, -1), new("epoll_pwait", 281, 22),
        new("epoll_pwait2", 441, 441), new("eventfd", 284, -1), new("eventfd2", 290, 19),
    ];

    /// <summary>Sockets that exist: which can be made is judged by family.</summary>
    public static IReadOnlyList<SystemCall> Sockets { get; } =
    [
        new("connect", 42, 203), new("accept", 43, 202), new("accept4", 288, 242), new("bind", 49, 200), new("listen", 50, 201),
        new("getsockname", 51, 204), new("getpeername", 52, 205), new("setsockopt", 54, 208), new("getsockopt", 55, 209),
        new("shutdown", 48, 210), new("sendto", 44, 206), new("recvfrom", 45, 207), new("sendmsg", 46, 211), new("recvmsg", 47, 212),
        new("sendmmsg", 307, 269), new("recvmmsg", 299, 243),
    ];

    /// <summary>What it may know about itself.</summary>
    public static IReadOnlyList<SystemCall> Self { get; } =
    [
        new("getpid", 39, 172), new("gettid", 186, 178), new("getppid", 110, 173), new("getuid", 102, 174), new("geteuid", 107, 175),
        new("getgid", 104, 176), new("getegid", 108, 177), new("getresuid", 118, 148), new("getresgid", 120, 150),
        new("getgroups", 115, 158), new("getpgrp", 111, -1), new("getpgid", 121, 155), new("getsid", 124, 156),
        new("getpriority", 140, 141), new("getrlimit", 97, 163), new("getrusage", 98, 165), new("sysinfo", 99, 179), new("uname", 63, 160),
        new("getrandom", 318, 278), new("capget", 125, 90),
    ];

    /// <summary>Allowed or not by their arguments; see <see cref="SystemCallFilter"/>.</summary>
    public static IReadOnlyList<SystemCall> Judged { get; } =
    [
        new("clone", 56, 220), new("clone3", 435, 435), new("socket", 41, 198), new("socketpair", 53, 199), new("prctl", 157, 167),
        new("ioctl", 16, 29), new("kill", 62, 129), new("tgkill", 234, 131), new("rt_tgsigqueueinfo", 297, 240), new("prlimit64", 302, 261),
        new("personality", 135, 92), new("mmap", 9, 222),
    ];

    /// <summary>Another program in the place of the process.</summary>
    public static IReadOnlyList<SystemCall> Execution { get; } = [new("execve", 59, 221)];

    /// <summary>New programs and processes, where they are allowed.</summary>
    public static IReadOnlyList<SystemCall> Processes { get; } =
    [
        new("fork", 57, -1), new("vfork", 58, -1), new("execve", 59, 221), new("execveat", 322, 281), new("setpgid", 109, 154),
        new("setsid", 112, 157), new("pidfd_open", 434, 434), new("pidfd_send_signal", 424, 424), new("tkill", 200, 130),
    ];

    /// <summary>Those that need no judging and make no processes.</summary>
    public static IEnumerable<SystemCall> Plain => [.. Files, .. Memory, .. Threads, .. Signals, .. Time, .. Waiting, .. Sockets, .. Self];
}
