using System.Runtime.InteropServices;
using Berth.Cli.Output;

namespace Berth.Cli.Serving;

/// <summary>Finds the server's assembly: beside this one when installed, in its project's output in a source tree.</summary>
internal static class ServerLocation
{
    /// <summary>The server's file.</summary>
    public const string AssemblyName = "berth-server.dll";

    /// <summary>The environment variable that names another place.</summary>
    public const string VariableName = "BERTH_SERVER_DLL";

    /// <summary>The named place, or the first usual one that has it; in a source tree that has none yet, builds it.</summary>
    /// <exception cref="CommandFailedException">There is none, or it does not build.</exception>
    public static async Task<string> FindAsync(string baseDirectory, string? named, Report report, CancellationToken cancellationToken)
    {
        if (named is not null)
        {
            return File.Exists(named)
                ? Path.GetFullPath(named)
                : throw new CommandFailedException(ExitCode.NotFound, "client.server.missing", $"{VariableName} names {named}, which does not exist.");
        }

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

        await tree.BuildAsync("The server", tree.ServerProject, report, cancellationToken);
        return File.Exists(tree.ServerAssembly)
            ? tree.ServerAssembly
            : throw new CommandFailedException(ExitCode.Failed, "client.server.missing", $"The build did not make {tree.ServerAssembly}.");
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
}
