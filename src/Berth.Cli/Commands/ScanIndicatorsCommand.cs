using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth scan indicators</c>: what the registry looks through every package for, and how to end that.</summary>
internal static class ScanIndicatorsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var remove = new Option<string?>("--remove") { Description = "Look for this one no more", HelpName = "id" };
        return runner.Bind(new Command("indicators", "List the indicators that the registry looks for, or remove one (administrators)") { remove }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            if (context.Get(remove) is { } id)
            {
                var removed = await registry.RemoveIndicatorAsync(id, context.IsDryRun, cancellationToken);
                context.Report.Result(
                    new RemovedOutput(removed.Indicator, removed.DryRun),
                    $"{(removed.DryRun ? "Would remove" : "Removed")} the indicator {removed.Indicator.Name} ({removed.Indicator.Kind}). What it held waits for a reviewer.");
                return ExitCode.Done;
            }

            var all = await context.Report.WatchAsync("Asking", registry.IndicatorsAsync(cancellationToken));
            context.Report.Table(
                new IndicatorsOutput(all), ["ID", "KIND", "SEVERITY", "NAME", "VALUE"],
                [.. all.Select(one => (IReadOnlyList<string>)[one.Id, one.Kind, one.Severity, one.Name, one.Value])]);
            return ExitCode.Done;
        });
    }

    private sealed record IndicatorsOutput(IReadOnlyList<IndicatorLine> Indicators) : JsonOutput;

    private sealed record RemovedOutput(IndicatorLine Indicator, bool DryRun) : JsonOutput;
}
