using System.CommandLine;
using System.Globalization;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth optimize SLUG@VERSION | FILE</c>: has the registry make the optimised variant of a version, or says what would come out.</summary>
internal static class OptimizeCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var what = new Argument<string>("what") { Description = "A published version (SLUG@VERSION), or a package (.berth) for a preview" };
        return runner.Bind(
            new Command("optimize", "Make the optimised variant of a version; with --dry-run or a file, show what would come out") { what },
            (context, cancellationToken) => RunAsync(context, context.Get(what)!, cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, string what, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        if (what.EndsWith(".berth", StringComparison.OrdinalIgnoreCase))
            return Preview(context, what, await context.Report.WatchAsync("Optimising", registry.PreviewVariantAsync(Package(what), cancellationToken)));
        if (what.Split('@') is not [{ Length: > 0 } slug, { Length: > 0 } version])
            throw new CommandFailedException(ExitCode.Usage, "client.optimize.what", $"'{what}' is neither SLUG@VERSION nor a .berth file.", "For example: berth optimize Notes@1.1.0");
        if (context.IsDryRun)
            return Preview(context, what, await context.Report.WatchAsync("Optimising", registry.PreviewVariantAsync(slug, version, cancellationToken)));

        await registry.OrderVariantAsync(slug, version, cancellationToken);
        return Ended(context, slug, version, await context.Report.WatchAsync($"Optimising {what}", WaitAsync(context, registry, slug, version, cancellationToken)));
    }

    private static FileInfo Package(string path) => new FileInfo(path) is { Exists: true } file ? file
        : throw new CommandFailedException(ExitCode.NotFound, "client.file.missing", $"{Path.GetFullPath(path)} does not exist.", "Make a package with `berth pack DIR`.");

    private static async Task<OptimizationAnswer> WaitAsync(CommandContext context, ApiConnection registry, string slug, string version, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(context.Timeout);
        try
        {
            while (true)
            {
                var answer = await registry.OptimizationAsync(slug, version, limit.Token);
                if (answer.State is not ("queued" or "running"))
                    return answer;
                await Task.Delay(Pause, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CommandFailedException(
                ExitCode.Unreachable, "client.timeout", $"The variant of {slug} {version} is not made yet; the registry goes on.", "Ask again, or allow more with --timeout.");
        }
    }

    private static ExitCode Preview(CommandContext context, string what, OptimizationAnswer answer)
    {
        context.Report.Data(new OptimizeOutput(what, "preview", null, answer.WouldBeMade, answer.Report), Lines(answer.Report!)
            .Append(answer.WouldBeMade == true ? "A variant would be made." : "No variant would be made: it would not save a hundredth."));
        return ExitCode.Done;
    }

    private static ExitCode Ended(CommandContext context, string slug, string version, OptimizationAnswer answer)
    {
        if (answer.State is not ("ready" or "unchanged"))
            throw new CommandFailedException(ExitCode.Failed, answer.Code ?? "variant.failed", answer.Reason ?? "The variant was not made.", "The original is offered as before.");
        context.Report.Data(
            new OptimizeOutput($"{slug}@{version}", answer.State, answer.Digest, null, answer.Report),
            Lines(answer.Report!).Append(answer.State == "ready" ? $"The variant of {slug} {version} is ready, sha256 {answer.Digest}." : $"There is no variant of {slug} {version}: {answer.Reason}"));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(OptimizationReportAnswer report)
    {
        yield return $"front end: {report.FrontEnd}";
        yield return Line("author's files", report.Before.Served, "");
        foreach (var stage in report.Stages)
            yield return Line(stage.Name, stage.Served, $", {stage.Changed} changed, {stage.Added} new, {stage.Removed} left out, {Number(stage.Milliseconds)} ms");
        yield return $"saved: {Number(report.SavedPercent)} %";
    }

    private static string Line(string name, CodedSizesAnswer sizes, string more) =>
        $"{name}: {PlanView.Size(sizes.Bytes)}{(sizes.Brotli is { } brotli ? $" ({PlanView.Size(brotli)} with brotli)" : "")}{more}";

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private sealed record OptimizeOutput(string What, string State, string? Digest, bool? WouldBeMade, OptimizationReportAnswer? Report) : JsonOutput;
}
