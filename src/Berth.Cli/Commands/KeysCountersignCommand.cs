using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth keys countersign</c>: what the registry had countersigned with a key that was revoked, once more.</summary>
internal static class KeysCountersignCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        runner.Bind(new Command("countersign", "Have the registry countersign again what a revoked key of its own had (administrators)"), async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            if (context.IsDryRun)
            {
                var total = await registry.CountersigningPlanAsync(cancellationToken);
                context.Report.Result(new DryRunOutput($"countersign {total} versions"), $"Would countersign {total} versions again.");
                return ExitCode.Done;
            }

            var run = await registry.StartCountersigningAsync(cancellationToken);
            while (run.State == "running")
            {
                await Task.Delay(TimeSpan.FromMilliseconds(300), cancellationToken);
                run = await registry.CountersigningAsync(run.Id, cancellationToken);
            }

            context.Report.Result(
                new CountersignedOutput(run.Id, run.Total, run.Done, run.Failed),
                $"Countersigned {run.Done} versions again; {run.Failed} could not be: see the registry's log.");
            return run.Failed > 0 ? ExitCode.Partly : ExitCode.Done;
        });

    private sealed record CountersignedOutput(string Id, long Total, long Done, long Failed) : JsonOutput;
}
