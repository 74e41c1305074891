using System.CommandLine;
using Berth.Cli.Output;
using Berth.Packaging.Archive;

namespace Berth.Cli.Commands;

/// <summary><c>berth pack DIR</c>: a folder becomes a canonical package, or nothing is left and every reason is told.</summary>
internal static class PackCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var folder = new Argument<DirectoryInfo>("dir") { Description = "The folder with plugin.json" };
        var output = new Option<FileInfo?>("--output", "-o") { Description = "The package [default: SLUG-VERSION.berth here]", HelpName = "file" };
        return runner.Bind(
            new Command("pack", "Pack a folder into a .berth file") { folder, output },
            (context, cancellationToken) => RunAsync(context, context.Get(folder)!, context.Get(output), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, DirectoryInfo folder, FileInfo? output, CancellationToken cancellationToken)
    {
        RequireManifest(folder);
        var target = output?.DirectoryName ?? Environment.CurrentDirectory;
        if (!Directory.Exists(target))
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.folder.missing", $"The folder {target} does not exist.", "Make it first.");
        }

        // Beside its goal, so that the last step is a rename; ending in .berth, so that packing "." never packs this file, too.
        var staged = Path.Combine(target, $".{Guid.NewGuid():N}.berth");
        try
        {
            var outcome = await context.Report.WatchAsync($"Packing {folder.Name}", Task.Run(() => WriteAsync(staged, folder, cancellationToken), cancellationToken));
            if (!outcome.IsAccepted)
            {
                throw PackageVerdict.Refusal(outcome, folder.FullName);
            }

            var manifest = outcome.Package.Manifest;
            var goal = output?.FullName ?? Path.Combine(target, $"{manifest.Name}-{manifest.Version}.berth");
            if (!context.IsDryRun)
            {
                File.Move(staged, goal, overwrite: true);
            }

            context.Report.Result(
                PackageVerdict.Of(outcome, goal) with { DryRun = context.IsDryRun ? true : null },
                $"{(context.IsDryRun ? "Would pack" : "Packed")} {manifest.Name} {manifest.Version}: {goal} ({PlanView.Size(outcome.Package.Size)}, "
                + $"{outcome.Package.Files.Count} files, sha256 {outcome.Package.Digest}).");
            if (!context.IsDryRun)
            {
                context.Report.Say($"Next: berth publish {Path.GetRelativePath(Environment.CurrentDirectory, goal)}");
            }

            return ExitCode.Done;
        }
        finally
        {
            File.Delete(staged);
        }
    }

    /// <summary>Says early and in plain words when a folder is none or no plugin's.</summary>
    public static void RequireManifest(DirectoryInfo folder)
    {
        if (!folder.Exists)
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.folder.missing", $"The folder {folder.FullName} does not exist.");
        }

        if (!File.Exists(Path.Combine(folder.FullName, "plugin.json")))
        {
            throw new CommandFailedException(
                ExitCode.Refused, "package.manifest.missing", $"{folder.FullName} has no plugin.json.", "Name the folder that holds the manifest.");
        }
    }

    /// <summary>Packs a folder into a file and reads it back with the strict reader.</summary>
    public static async Task<PackageReadOutcome> WriteAsync(string file, DirectoryInfo folder, CancellationToken cancellationToken)
    {
        await using var package = new FileStream(file, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        PackageWriter.WriteDirectory(package, folder.FullName);
        package.Flush(flushToDisk: true);
        package.Position = 0;
        return await PackageReader.ReadAsync(package, PackageLimits.Default, cancellationToken);
    }
}
