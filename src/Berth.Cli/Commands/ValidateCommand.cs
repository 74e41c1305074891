using System.CommandLine;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Commands;

/// <summary><c>berth validate FILE|DIR</c>: the verdict that the registry and the host would reach, without asking them.</summary>
internal static class ValidateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var path = new Argument<FileSystemInfo>("path") { Description = "A .berth file, or a folder with plugin.json" };
        return runner.Bind(
            new Command("validate", "Check a package or a folder, here, with all reasons") { path },
            (context, cancellationToken) => RunAsync(context, context.Get(path)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, FileSystemInfo path, CancellationToken cancellationToken)
    {
        var outcome = await context.Report.WatchAsync($"Checking {path.Name}", Task.Run(() => ReadAsync(path, cancellationToken), cancellationToken));
        if (!outcome.IsAccepted && !context.Report.IsJson)
        {
            throw PackageVerdict.Refusal(outcome, path.FullName);
        }

        var verdict = PackageVerdict.Of(outcome, path.FullName);
        context.Report.Result(verdict, $"{verdict.Slug} {verdict.Version} is valid: {verdict.Files} files, sha256 {verdict.Digest}.");
        return outcome.IsAccepted ? ExitCode.Done : ExitCode.Refused;
    }

    private static async Task<PackageReadOutcome> ReadAsync(FileSystemInfo path, CancellationToken cancellationToken)
    {
        if (path is DirectoryInfo folder || Directory.Exists(path.FullName))
        {
            folder = new DirectoryInfo(path.FullName);
            PackCommand.RequireManifest(folder);
            var staged = Path.Combine(Path.GetTempPath(), $"berth-validate-{Guid.NewGuid():N}.berth");
            try
            {
                return await PackCommand.WriteAsync(staged, folder, cancellationToken);
            }
            finally
            {
                File.Delete(staged);
            }
        }

        if (!path.Exists)
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{path.FullName} does not exist.");
        }

        await using var package = File.OpenRead(path.FullName);
        return await PackageReader.ReadAsync(package, PackageLimits.Default, cancellationToken);
    }
}
