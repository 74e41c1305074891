using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Scanning;

namespace Berth.Cli.Commands;

/// <summary><c>berth scan FILE</c>: what the registry's scanners would find, here; <c>--all</c> and <c>--indicator</c> for what is published.</summary>
internal static class ScanCommand
{
    private static readonly string[] Kinds = ["text", "sha256", "member", "domain"];

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var path = new Argument<FileInfo?>("file") { Description = "A package (.berth)", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Have the registry scan everything published again (administrators)" };
        var indicator = new Option<string?>("--indicator") { Description = "Look for this in everything published (administrators)", HelpName = "text" };
        var kind = new Option<string>("--kind") { Description = "What the indicator is: text, sha256, member or domain", DefaultValueFactory = _ => "text", HelpName = "kind" };
        kind.AcceptOnlyFromAmong(Kinds);
        var command = new Command("scan", "Look for what should not be in a package, here, without running it") { path, all, indicator, kind, ScanIndicatorsCommand.Create(runner) };
        command.Validators.Add(result =>
        {
            var given = (result.GetValue(path) is null ? 0 : 1) + (result.GetValue(all) ? 1 : 0) + (result.GetValue(indicator) is null ? 0 : 1);
            if (given != 1)
            {
                result.AddError("Name a file, or --all, or --indicator.");
            }
        });
        return runner.Bind(command, (context, cancellationToken) =>
            context.Get(path) is { } file ? FileAsync(context, file, cancellationToken)
            : context.Get(indicator) is { } value ? SearchAsync(context, context.Get(kind)!, value, cancellationToken)
            : AllAsync(context, cancellationToken));
    }

    private static async Task<ExitCode> FileAsync(CommandContext context, FileInfo file, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{file.FullName} does not exist.", "Make a package with `berth pack DIR`.");
        }

        await using var bytes = file.OpenRead();
        var outcome = await context.Report.WatchAsync($"Checking {file.Name}", PackageReader.ReadAsync(bytes, PackageLimits.Default, cancellationToken));
        if (!outcome.IsAccepted)
        {
            throw PackageVerdict.Refusal(outcome, file.FullName);
        }

        var report = await context.Report.WatchAsync($"Scanning {file.Name}", PackageScan.RunAsync(bytes, outcome.Package, ScanRules.BuiltIn, cancellationToken));
        var lines = report.Findings.Select(FindingLine.Of).ToList();
        var scanners = report.Verdicts.Select(verdict => new Scanned(verdict.Scanner, verdict.Outcome.Word)).ToList();
        context.Report.Table(
            new ScanOutput(
                outcome.Package.Manifest.Name, outcome.Package.Manifest.Version.ToString(), scanners,
                lines),
            ["SEVERITY", "CODE", "WHERE", "WHAT"],
            [.. lines.Select(line => (IReadOnlyList<string>)[line.Severity, line.Code, line.Place(), line.Explanation])]);
        context.Report.Say(string.Join(", ", scanners.Select(scanner => $"{scanner.Scanner}: {scanner.Outcome}")));
        if (report.Of(Scanners.Dependencies)?.Outcome is ScanOutcome.NotConfigured)
        {
            context.Report.Say($"{report.Dependencies.Count} dependencies were not compared with advisories; the registry does that.");
        }

        return ScanExit.Of(report);
    }

    private static async Task<ExitCode> AllAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.IsDryRun)
        {
            context.Report.Result(new DryRunOutput("scan everything published"), "Would have everything published scanned again.");
            return ExitCode.Done;
        }

        var registry = await context.RegistryAsync(cancellationToken);
        var run = await registry.EndedScanAsync((await registry.StartScanAsync(cancellationToken)).Id, cancellationToken);
        context.Report.Result(
            new RunOutput(run.Id, run.Total, run.Done, run.Failed, run.Worse, run.Held),
            $"Scanned {run.Done} versions: {run.Worse} are worse than before, {run.Held} are held now, {run.Failed} could not be read.");
        return run.Failed > 0 ? ExitCode.Partly : ExitCode.Done;
    }

    private static async Task<ExitCode> SearchAsync(CommandContext context, string kind, string value, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var hits = await context.Report.WatchAsync("Looking", registry.SearchIndicatorAsync(kind, value, cancellationToken));
        context.Report.Table(
            new HitsOutput(hits), ["PLUGIN", "VERSION", "STATE", "FILE", "LINE"],
            [.. hits.Select(hit => (IReadOnlyList<string>)[hit.Slug, hit.Version, hit.State ?? "", hit.File ?? "", $"{hit.Line}"])]);
        return ExitCode.Done;
    }

    private sealed record ScanOutput(string Slug, string Version, IReadOnlyList<Scanned> Scanners, IReadOnlyList<FindingLine> Findings) : JsonOutput;

    private sealed record Scanned(string Scanner, string Outcome);

    private sealed record RunOutput(string Id, long Total, long Done, long Failed, long Worse, long Held) : JsonOutput;

    private sealed record HitsOutput(IReadOnlyList<IndicatorHitLine> Hits) : JsonOutput;
}
