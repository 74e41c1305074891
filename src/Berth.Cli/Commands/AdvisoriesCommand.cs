using System.CommandLine;
using System.IO.Compression;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth advisories import|list|affected</c>: what is known against packages that plugins bring along.</summary>
internal static class AdvisoriesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) => new("advisories", "Known vulnerabilities of what plugins bring along") { Import(runner), List(runner), Affected(runner) };

    private static Command Import(CommandRunner runner)
    {
        var path = new Argument<FileSystemInfo>("path") { Description = "A JSON file or a ZIP in the OSV format, or a folder of JSON files" };
        var wait = new Option<bool>("--wait") { Description = "Wait until what they name is judged again" };
        return runner.Bind(new Command("import", "Import advisories into the registry; what it knows already stays") { path, wait }, async (context, cancellationToken) =>
        {
            var source = context.Get(path)!;
            if (!File.Exists(source.FullName) && !Directory.Exists(source.FullName))
            {
                throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{source.FullName} does not exist.");
            }

            var registry = await context.RegistryAsync(cancellationToken);
            var imported = await context.Report.WatchAsync($"Importing {source.Name}", SendAsync(registry, source, context.IsDryRun, cancellationToken));
            var runs = new List<ScanRunLine>();
            foreach (var id in imported.Scans ?? [])
            {
                runs.Add(await context.Report.WatchAsync("Judging what they name again", context.Get(wait) ? registry.EndedScanAsync(id, cancellationToken) : registry.ScanAsync(id, cancellationToken)));
            }

            context.Report.Result(
                new ImportOutput(imported.DryRun, imported.Imported, imported.Unchanged, imported.OtherEcosystems, imported.Unreadable, imported.Affected, runs),
                $"{(imported.DryRun ? "Would import" : "Imported")} {imported.Imported} advisories; {imported.Unchanged} were known, {imported.OtherEcosystems} are about neither npm nor NuGet, {imported.Unreadable} could not be read."
                + (imported.Affected > 0 ? $" {imported.Affected} published versions are affected: see `berth advisories affected`." : "")
                + string.Concat(runs.Select(Said)));
            return ExitCode.Done;
        });
    }

    private static string Said(ScanRunLine run) => run.State == "running"
        ? $" {run.Total} versions are being judged again in the background, as scan {run.Id}."
        : $" {run.Done} versions were judged again: {run.Held} are held now, {run.Lifted} are visible again{(run.Failed > 0 ? $", {run.Failed} need a scan (`berth scan --all`)" : "")}.";

    private static async Task<AdvisoryImported> SendAsync(ApiConnection registry, FileSystemInfo source, bool isDryRun, CancellationToken cancellationToken)
    {
        if (File.Exists(source.FullName))
        {
            return await registry.ImportAdvisoriesAsync(new FileInfo(source.FullName), isDryRun, cancellationToken);
        }

        // A folder goes as the ZIP that it could have come in.
        var packed = Path.Combine(Path.GetTempPath(), $"berth-advisories-{Guid.NewGuid():N}.zip");
        try
        {
            await ZipFile.CreateFromDirectoryAsync(source.FullName, packed, CompressionLevel.Fastest, includeBaseDirectory: false, cancellationToken);
            return await registry.ImportAdvisoriesAsync(new FileInfo(packed), isDryRun, cancellationToken);
        }
        finally
        {
            File.Delete(packed);
        }
    }

    private static Command List(CommandRunner runner)
    {
        var package = new Option<string?>("--package") { Description = "Only advisories about this package", HelpName = "name" };
        return runner.Bind(new Command("list", "List imported advisories") { package }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var found = await context.Report.WatchAsync("Asking", registry.AdvisoriesAsync(context.Get(package), 1000, cancellationToken));
            context.Report.Table(
                new ListOutput(found), ["ID", "SEVERITY", "MODIFIED", "SUMMARY"],
                [.. found.Select(line => (IReadOnlyList<string>)[line.Id, line.Withdrawn is null ? line.Severity ?? "" : "withdrawn", $"{line.Modified:yyyy-MM-dd}", line.Summary ?? ""])]);
            return ExitCode.Done;
        });
    }

    private static Command Affected(CommandRunner runner) => runner.Bind(new Command("affected", "List published versions that advisories name"), async (context, cancellationToken) =>
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var found = await context.Report.WatchAsync("Asking", registry.AffectedAsync(cancellationToken));
        context.Report.Table(
            new AffectedOutput(found), ["PLUGIN", "VERSION", "ADVISORY", "SEVERITY", "THROUGH"],
            [.. found.Select(line => (IReadOnlyList<string>)[line.Slug, line.Version, line.Advisory, line.Severity ?? "", $"{line.Ecosystem} {line.Name} {line.UsedVersion}"])]);
        return ExitCode.Done;
    });

    private sealed record ImportOutput(bool DryRun, int Imported, int Unchanged, int OtherEcosystems, int Unreadable, int Affected, IReadOnlyList<ScanRunLine> Scans) : JsonOutput;

    private sealed record ListOutput(IReadOnlyList<AdvisoryLine> Advisories) : JsonOutput;

    private sealed record AffectedOutput(IReadOnlyList<AffectedLine> Affected) : JsonOutput;
}
