using System.Globalization;
using System.Runtime.InteropServices;

namespace Berth.Host.Isolation.Worker;

/// <summary>The runtime that workers are started with: its own executable, never the host's, whose settings and secrets would come along.</summary>
/// <param name="Executable">The real path of <c>dotnet</c>.</param>
/// <param name="Folder">Its folder, with <c>host</c> and <c>shared</c> in it.</param>
internal sealed record DotnetRuntime(string Executable, string Folder)
{
    /// <summary>What to do where there is none.</summary>
    private const string Remedy = "Install the ASP.NET Core runtime of .NET 10, or set DOTNET_HOST_PATH to its dotnet.";

    // Where installers say where they installed to (design document "install-locations" of .NET), one file for each architecture.
    private static readonly string[] InstallLocations =
        [$"/etc/dotnet/install_location_{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}", "/etc/dotnet/install_location"];

    private static readonly string Name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    /// <summary>The runtime of this process, or the machine's where the application carries its own inside.</summary>
    /// <exception cref="WorkerStartException">There is neither.</exception>
    public static DotnetRuntime Find() => Find(
        Environment.ProcessPath, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH"), RuntimeEnvironment.GetRuntimeDirectory(),
        OperatingSystem.IsWindows() ? [] : [.. InstallLocations.Where(File.Exists).Select(file => Path.Combine(File.ReadAllText(file).Trim(), Name)), "/usr/share/dotnet/dotnet", "/usr/lib/dotnet/dotnet", Tools.Find(Name)]);

    /// <summary>Finds it from what a process knows, and then on the machine.</summary>
    /// <param name="processPath">The executable of the process.</param>
    /// <param name="hostPath">What the SDK, or the administrator, says in <c>DOTNET_HOST_PATH</c>.</param>
    /// <param name="runtimeDirectory">The folder of the framework: <c>{root}/shared/Microsoft.NETCore.App/{version}</c>.</param>
    /// <param name="installed">Where the machine may have one; it must have ASP.NET Core of this process's version.</param>
    public static DotnetRuntime Find(string? processPath, string? hostPath, string runtimeDirectory, IReadOnlyList<string?> installed)
    {
        var fromFramework = Path.GetFullPath(Path.Combine(runtimeDirectory, "..", "..", "..", Name));
        return ((string?[])[processPath, hostPath, fromFramework]).Select(Open).FirstOrDefault(found => found is not null)
            ?? installed.Select(Open).FirstOrDefault(found => found is not null && HasFramework(found.Folder))
            ?? throw new WorkerStartException(
                $"No '{Name}' was found to start workers with: not as this process, not in DOTNET_HOST_PATH, not at {fromFramework}, and none with ASP.NET Core {Environment.Version.Major} among the machine's.")
            {
                Remedy = Remedy,
            };
    }

    private static DotnetRuntime? Open(string? candidate)
    {
        if (candidate is null || Path.GetFileName(candidate) != Name || !File.Exists(candidate))
            return null;
        var real = new FileInfo(candidate).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(candidate);
        return Path.GetDirectoryName(real) is { } folder && Directory.Exists(Path.Combine(folder, "shared")) ? new DotnetRuntime(real, folder) : null;
    }

    private static bool HasFramework(string folder)
    {
        var frameworks = Path.Combine(folder, "shared", "Microsoft.AspNetCore.App");
        var version = Environment.Version.Major.ToString(CultureInfo.InvariantCulture) + ".*";
        return Directory.Exists(frameworks) && Directory.EnumerateDirectories(frameworks, version).Any();
    }
}
