using System.Diagnostics;
using Berth.Cli.Output;
using Berth.Cli.Serving;

namespace Berth.Cli.Dev;

/// <summary>Builds a plugin: its project into a folder of this run, so that the author's own output is left alone, or a command of the author's.</summary>
internal sealed class DevBuild(DevProject project, string? command, string output)
{
    private const string AssemblyFolder = "lib/net10.0/";
    private const int MostReasons = 50;

    /// <summary>Builds.</summary>
    /// <exception cref="CommandFailedException">It does not build; the reasons are the compiler's.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (command is not null)
            await RunAsync(OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/c", command]) : new ProcessStartInfo("/bin/sh", ["-c", command]), cancellationToken);
        if (project.Project is null || (command is not null && HasOwnAssemblies()))
            return;
        // What a former build left must not be packed: an assembly that is no longer referred to, for example.
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        await RunAsync(new ProcessStartInfo(ServerLocation.Muxer(), ["build", project.Project, "-c", "Debug", "-o", output, "-v", "quiet", "-nologo", "-clp:NoSummary"]), cancellationToken);
    }

    /// <summary>The assemblies: path in the package, file. Not those that the host brings.</summary>
    public IEnumerable<(string Path, string File)> Assemblies()
    {
        var folder = HasOwnAssemblies() ? Own : output;
        if (!Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(IsPacked))
            yield return (AssemblyFolder + Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'), file);
    }

    private string Own => Path.Combine(project.Folder.FullName, "lib", "net10.0");

    private bool HasOwnAssemblies() => Directory.Exists(Own);

    private static bool IsPacked(string file) =>
        Path.GetExtension(file) is ".dll" or ".pdb" && !Path.GetFileNameWithoutExtension(file).Equals("Berth.Abstractions", StringComparison.OrdinalIgnoreCase);

    private async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        start.WorkingDirectory = project.Folder.FullName;
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        // The compiler's server and the build's nodes would outlive this command.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var build = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} was not started.");
        var (said, complained) = (build.StandardOutput.ReadToEndAsync(CancellationToken.None), build.StandardError.ReadToEndAsync(CancellationToken.None));
        try
        {
            await build.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            build.Kill(entireProcessTree: true);
            throw;
        }

        if (build.ExitCode == 0)
            return;
        var lines = $"{await said}\n{await complained}".Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        var errors = lines.Where(line => line.Contains(": error ", StringComparison.Ordinal)).ToList();
        throw new CommandFailedException(
            ExitCode.Failed, "client.dev.build", "It does not build. The version before goes on.", "Correct it and save; it is built again.",
            [.. (errors.Count > 0 ? errors : lines).Take(MostReasons).Select(line => new FailureReason("build", line))]);
    }
}
