using System.Runtime.InteropServices;

namespace Berth.Registry.Optimization.Tools;

/// <summary>Where esbuild's native binary is.</summary>
/// <param name="Configured">The setting's path, if it is set; then nothing else is looked at.</param>
public sealed record EsbuildLocation(string? Configured = null)
{
    /// <summary>The binary's path, or <see langword="null"/> with the places that were looked at.</summary>
    public (string? Path, string Reason) Find()
    {
        if (Configured is { Length: > 0 } configured)
            return File.Exists(configured) ? (configured, "") : (null, "The file that BERTH_ESBUILD names does not exist.");
        var name = OperatingSystem.IsWindows() ? "esbuild.exe" : "esbuild";
        var beside = Path.Combine(AppContext.BaseDirectory, "esbuild", name);
        if (File.Exists(beside))
            return (beside, "");
        // In a checkout, where the scripts install it.
        var inCheckout = Path.Combine("build", "esbuild", "node_modules", "@esbuild", Platform, OperatingSystem.IsWindows() ? name : Path.Combine("bin", name));
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            {
                var path = Path.Combine(folder.FullName, inCheckout);
                return File.Exists(path) ? (path, "") : (null, "esbuild is not installed: run 'npm ci' in build/esbuild, or name its binary with BERTH_ESBUILD.");
            }
        }

        return (null, "esbuild was not found: put its binary into the folder 'esbuild' beside the server, or name it with BERTH_ESBUILD.");
    }

    private static string Platform =>
        (OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");
}
