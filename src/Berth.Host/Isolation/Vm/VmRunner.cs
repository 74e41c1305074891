using System.Text.Json.Nodes;
using Berth.Host.Isolation.Worker;

namespace Berth.Host.Isolation.Vm;

/// <summary>The program that runs JavaScript and WebAssembly: <c>worker/vm/runner.mjs</c> in Node, with what takes from Node what a plugin must not have.</summary>
internal static class VmRunner
{
    // What Node itself needs besides the plugin.
    private const long NodeBytes = 96L << 20;
    private const long SmallestHeapBytes = 32L << 20;
    private const int WasmPageBytes = 64 * 1024;

    // The host ends a request at its limit; the runner does it when the host could not.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>The folder of the runner's files.</summary>
    public static string Folder { get; } = Path.Combine(WorkerFolder.Path, "vm");

    /// <summary>All of its environment: as few threads as it needs, and none of the kernel's rings, which no filter looks into.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["UV_THREADPOOL_SIZE"] = "2",
        ["UV_USE_IO_URING"] = "0",
    };

    /// <summary>Options that a probe and a plugin have alike.</summary>
    public static IReadOnlyList<string> Options(NodeProgram node) =>
    [
        // No files but those that are named, no processes, no native add-ons, no inspector.
        node.Version >= new Version(23, 5) || (node.Version.Major == 22 && node.Version.Minor >= 13) ? "--permission" : "--experimental-permission",
        "--allow-worker",
        // From here on Node asks for leave to use sockets too; it has the host's alone, because the sandbox has no others.
        .. node.Version.Major >= 25 ? (IReadOnlyList<string>)["--allow-net"] : [],
        $"--allow-fs-read={Folder}/",
        "--no-addons",
        // In every context, also the outer one: a text never becomes code.
        "--disallow-code-generation-from-strings",
        "--disable-proto=delete",
        "--frozen-intrinsics",
        "--experimental-vm-modules",
        "--no-warnings",
        "--max-old-space-size=64",
    ];

    /// <summary>All arguments for one worker.</summary>
    public static IReadOnlyList<string> Arguments(NodeProgram node, WorkerLaunch launch)
    {
        var heap = HeapBytes(launch.Limits);
        var limits = new JsonObject
        {
            ["heapMb"] = heap >> 20,
            ["requestMs"] = (long)(launch.Limits.RequestTime + Grace).TotalMilliseconds,
        };
        return
        [
            .. Options(node),
            $"--allow-fs-read={launch.Directory.TrimEnd('/')}/",
            $"--wasm-max-mem-pages={heap / WasmPageBytes}",
            Path.Combine(Folder, "runner.mjs"),
            limits.ToJsonString(),
        ];
    }

    /// <summary>The heap of the plugin's code: what the limit leaves.</summary>
    public static long HeapBytes(WorkerLimits limits) => Math.Max(SmallestHeapBytes, limits.MemoryBytes - NodeBytes);
}
