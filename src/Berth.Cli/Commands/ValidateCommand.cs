using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Signing;

namespace Berth.Cli.Commands;

/// <summary>
/// <c>berth validate FILE|DIR</c>: the verdict that the registry and the host would reach, and what the registry's scanners would
/// find, without asking them; <c>--registry</c> asks as well, for what only the registry knows.
/// </summary>
internal static class ValidateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var path = new Argument<FileSystemInfo>("path") { Description = "A .berth file, or a folder with plugin.json" };
        var registry = new Option<bool>("--registry") { Description = "Ask the registry, too, what it would make of it; it keeps nothing" };
        var signature = new Option<FileInfo?>("--signature") { Description = "With --registry: the signature file [default: FILE.sig, where it is]", HelpName = "file" };
        var command = new Command("validate", "Check a package or a folder with all reasons, here or also at the registry") { path, registry, signature };
        command.Validators.Add(result =>
        {
            if (result.GetValue(signature) is not null && !result.GetValue(registry))
            {
                result.AddError("--signature goes with --registry; here, `berth verify` judges signatures.");
            }
        });
        return runner.Bind(command, (context, cancellationToken) =>
            RunAsync(context, context.Get(path)!, context.Get(registry) ? new Question(context.Get(signature)) : null, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, FileSystemInfo path, Question? question, CancellationToken cancellationToken)
    {
        using var file = ValidatedFile.Of(path);
        var (outcome, report) = await context.Report.WatchAsync($"Checking {path.Name}", Task.Run(() => file.LookAsync(cancellationToken), cancellationToken));
        var verdict = PackageVerdict.Of(outcome, path.FullName);
        if (report is null)
        {
            // The registry reads it with the same reader and would get no further.
            if (!context.Report.IsJson)
            {
                throw PackageVerdict.Refusal(outcome, path.FullName);
            }

            context.Report.Json(verdict);
            return ExitCode.Refused;
        }

        var findings = report.Findings.Select(FindingLine.Of).ToList();
        foreach (var finding in findings)
        {
            context.Report.Say($"{finding.Severity} {finding.Code} {finding.Place()}: {finding.Explanation}");
        }

        var (said, refusal) = question is null ? (null, null) : await AskAsync(context, file, question, cancellationToken);
        var exit = said is null ? ScanExit.Of(report) : refusal?.Exit ?? (said.State == "visible" ? ExitCode.Done : ExitCode.Refused);
        var whole = $"{verdict.Slug} {verdict.Version} is valid: {verdict.Files} files, sha256 {verdict.Digest}.";
        if (refusal is not null && !context.Report.IsJson)
        {
            context.Report.Say($"{whole} The registry would refuse it.");
            throw refusal;
        }

        context.Report.Result(
            verdict with { Findings = findings, Registry = said },
            said is not null ? $"{whole} {said.Sentence}" : exit == ExitCode.Done ? whole : $"{whole} A registry's default policy would hold it for a review.");
        return exit;
    }

    private static async Task<(RegistryVerdict? Verdict, CommandFailedException? Refusal)> AskAsync(
        CommandContext context, ValidatedFile file, Question question, CancellationToken cancellationToken)
    {
        var beside = PackageSigner.FileOf(file.File);
        var signature = question.Signature?.FullName ?? (!file.IsPacked && File.Exists(beside) ? beside : null);
        var text = signature is null ? null : PackageSigner.Read(signature).ToJson();
        var registry = await context.RegistryAsync(cancellationToken);
        var (verdict, refusal) = await context.Report.WatchAsync("Asking the registry", registry.ValidateAsync(file.File, text, cancellationToken));
        foreach (var stage in verdict.Stages ?? [])
        {
            context.Report.Say(stage.Line);
        }

        return (verdict, refusal);
    }

    private sealed record Question(FileInfo? Signature);
}
