using System.Diagnostics;
using System.Runtime.InteropServices;
using Berth.Cli.Output;

namespace Berth.Cli.Serving;

/// <summary>Finds the server's assembly: beside this one when installed, in its project's output in a source tree.</summary>
internal static class ServerLocation
{
    /// <summary>The server's file.</summary>
    public const string AssemblyName = "berth-server.dll";

    /// <summary>The first place that has it; in a source tree that has none yet, builds it.</summary>
    /// <exception cref="CommandFailedException">There is none, or it does not build.</exception>
    public static async Task<string> FindAsync(string baseDirectory, Report report, CancellationToken cancellationToken)
    {
        var tree = DevelopmentTree.Find(baseDirectory);
        string?[] places = [Path.Combine(baseDirectory, "server", AssemblyName), Path.Combine(baseDirectory, AssemblyName), tree?.ServerAssembly];
        // Its runtime configuration tells a program from a reference that some build copied.
        if (places.FirstOrDefault(place => File.Exists(place) && File.Exists(Path.ChangeExtension(place, ".runtimeconfig.json"))) is { } found)
        {
            return found;
        }

        if (tree is null)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.server.missing", $"{AssemblyName} is neither in {Path.Combine(baseDirectory, "server")} nor in {baseDirectory}.",
                "Install the server beside the command line, or run from a source tree.");
        }

        report.Say("The server isn't built yet; building it.");
        await report.WatchAsync("Building the server", BuildAsync(tree, cancellationToken));
        return tree.ServerAssembly;
    }

    /// <summary>The program that runs an assembly: never this process's own file unless it is <c>dotnet</c> itself.</summary>
    public static string Muxer()
    {
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        if (string.Equals(Path.GetFileName(Environment.ProcessPath), name, StringComparison.Ordinal))
        {
            return Environment.ProcessPath!;
        }

        // …/shared/Microsoft.NETCore.App/10.0.x/ → three up.
        var beside = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", name));
        return Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path && File.Exists(path) ? path : File.Exists(beside) ? beside : name;
    }

    private static async Task<bool> BuildAsync(DevelopmentTree tree, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Muxer(), ["build", tree.ServerProject, "-c", tree.Configuration, "-v", "quiet", "-nologo"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var build = Process.Start(start)!;
        var (output, error) = (build.StandardOutput.ReadToEndAsync(cancellationToken), build.StandardError.ReadToEndAsync(cancellationToken));
        try
        {
            await build.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }

        return build.ExitCode == 0 && File.Exists(tree.ServerAssembly)
            ? true
            : throw new CommandFailedException(
                ExitCode.Failed, "client.server.build", $"The server does not build: {(await output).Trim()} {(await error).Trim()}", "Run `dotnet build` and read its messages.");
    }
}
