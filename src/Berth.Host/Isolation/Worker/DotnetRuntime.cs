using System.Runtime.InteropServices;

namespace Berth.Host.Isolation.Worker;

/// <summary>The runtime that workers are started with: its own executable, never the host's, whose settings and secrets would come along.</summary>
/// <param name="Executable">The real path of <c>dotnet</c>.</param>
/// <param name="Folder">Its folder, with <c>host</c> and <c>shared</c> in it.</param>
internal sealed record DotnetRuntime(string Executable, string Folder)
{
    private static readonly string Name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    /// <summary>The runtime of this process.</summary>
    /// <exception cref="WorkerStartException">There is none beside it, as in an application that carries its runtime inside.</exception>
    public static DotnetRuntime Find() =>
        Find(Environment.ProcessPath, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), RuntimeEnvironment.GetRuntimeDirectory());

    /// <summary>Finds it from what a process knows.</summary>
    /// <param name="processPath">The executable of the process.</param>
    /// <param name="hostPath">What the SDK says in <c>DOTNET_HOST_PATH</c>.</param>
    /// <param name="runtimeDirectory">The folder of the framework: <c>{root}/shared/Microsoft.NETCore.App/{version}</c>.</param>
    public static DotnetRuntime Find(string? processPath, string? hostPath, string runtimeDirectory)
    {
        var fromFramework = Path.GetFullPath(Path.Combine(runtimeDirectory, "..", "..", "..", Name));
        foreach (var candidate in (string?[])[processPath, hostPath, fromFramework])
        {
            if (candidate is null || Path.GetFileName(candidate) != Name || !File.Exists(candidate))
                continue;
            var real = new FileInfo(candidate).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(candidate);
            if (Path.GetDirectoryName(real) is { } folder && Directory.Exists(Path.Combine(folder, "shared")))
                return new DotnetRuntime(real, folder);
        }

        throw new WorkerStartException(
            $"No '{Name}' was found to start workers with: not as this process, not in DOTNET_HOST_PATH, not at {fromFramework}. Install the ASP.NET Core runtime, or set DOTNET_HOST_PATH to its dotnet.");
    }
}
