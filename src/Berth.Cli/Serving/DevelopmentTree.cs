using System.Diagnostics;
using Berth.Cli.Output;

namespace Berth.Cli.Serving;

/// <summary>The source tree that this build lies in, if it does.</summary>
/// <param name="Root">The folder with <c>Berth.slnx</c>.</param>
/// <param name="Configuration">How this build was made: <c>Debug</c> or <c>Release</c>.</param>
internal sealed record DevelopmentTree(string Root, string Configuration)
{
    /// <summary>The server's project.</summary>
    public string ServerProject => Path.Combine(Root, "src", "Berth.Server");

    /// <summary>Where that project's assembly is once it is built.</summary>
    public string ServerAssembly => Path.Combine(ServerProject, "bin", Configuration, "net10.0", ServerLocation.AssemblyName);

    /// <summary>The solution that builds the sample plugins.</summary>
    public string SamplePlugins => Path.Combine(Root, "plugins", "Plugins.slnx");

    /// <summary>Where the build puts the sample packages.</summary>
    public string SamplePackages => Path.Combine(Root, "artifacts", "plugins");

    /// <summary>Walks up from a folder.</summary>
    public static DevelopmentTree? Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Berth.slnx")))
            {
                var parts = Path.GetRelativePath(folder.FullName, from).Split(Path.DirectorySeparatorChar);
                return new DevelopmentTree(folder.FullName, parts.Contains("Release", StringComparer.Ordinal) ? "Release" : "Debug");
            }
        }

        return null;
    }

    /// <summary>Builds what isn't built yet.</summary>
    /// <exception cref="CommandFailedException">It does not build.</exception>
    public async Task BuildAsync(string what, string project, Report report, CancellationToken cancellationToken)
    {
        report.Say($"{what}: not built yet, building.");
        var (exitCode, output) = await report.WatchAsync($"{what}: building", RunAsync(project, cancellationToken));
        if (exitCode != 0)
        {
            throw new CommandFailedException(
                ExitCode.Failed, "client.build", $"{what}: the build failed. {output}", $"Run `dotnet build {Path.GetRelativePath(Root, project)}` and read its messages.");
        }
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string project, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(ServerLocation.Muxer(), ["build", project, "-c", Configuration, "-v", "quiet", "-nologo"])
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

        return (build.ExitCode, $"{(await output).Trim()} {(await error).Trim()}".Trim());
    }
}
