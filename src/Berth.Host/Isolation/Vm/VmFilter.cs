using System.Runtime.InteropServices;
using Berth.Host.Isolation.Worker;
using Berth.Worker.Protocol;
using Berth.Worker.SystemCalls;

namespace Berth.Host.Isolation.Vm;

/// <summary>
/// The system call filter of the workers as a file, for those that cannot put it over themselves. It lets a program be replaced by
/// another, which is how the runner starts, and never a new process be made.
/// </summary>
internal static class VmFilter
{
    // bubblewrap makes the runner the first process of its own namespace.
    private const int ProcessId = 1;

    /// <summary>The file in a folder; written when it isn't there.</summary>
    /// <exception cref="WorkerStartException">There is no filter for this processor.</exception>
    public static string File(string folder) => File(folder, "vm", new WorkerHardening { SystemCallFilter = true, AllowExecution = true });

    /// <summary>The file for programs of the machine, which may start others.</summary>
    /// <exception cref="WorkerStartException">There is no filter for this processor.</exception>
    public static string ForPrograms(string folder) => File(folder, "program", new WorkerHardening { SystemCallFilter = true, AllowProcesses = true });

    private static string File(string folder, string name, WorkerHardening hardening)
    {
        var architecture = FilterArchitecture.Current
            ?? throw new WorkerStartException($"There is no system call filter for {RuntimeInformation.ProcessArchitecture}; x86_64 and aarch64 have one.");
        FilterInstruction[] instructions = [.. SystemCallFilter.Build(architecture, hardening, ProcessId)];
        var bytes = MemoryMarshal.AsBytes<FilterInstruction>(instructions).ToArray();
        // Named by its content: a newer host does not take an older one's.
        var path = Path.Combine(folder, $"{name}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes))[..16]}.bpf");
        if (System.IO.File.Exists(path))
            return path;
        var staged = $"{path}.{Path.GetRandomFileName()}";
        System.IO.File.WriteAllBytes(staged, bytes);
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(staged, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        System.IO.File.Move(staged, path, overwrite: true);
        return path;
    }
}
