using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth audit verify</c>: whether the audit is still what was written.</summary>
internal static class AuditCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var expect = new Option<string?>("--expect") { Description = "A head that was printed earlier and kept elsewhere", HelpName = "head" };
        return new Command("audit", "The audit's seals, for administrators; its entries: berth logs")
        {
            runner.Bind(
                new Command("verify", "Hold the whole audit against its seals") { expect },
                (context, cancellationToken) => VerifyAsync(context, context.Get(expect), cancellationToken)),
        };
    }

    private static async Task<ExitCode> VerifyAsync(CommandContext context, string? expect, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        await foreach (var line in host.VerifyAuditAsync(expect, cancellationToken))
        {
            switch (line.Type)
            {
                case "fault":
                    context.Report.Data(new FaultOutput(line.Code!, line.From ?? 0, line.To ?? 0, line.Message!), $"{line.From} to {line.To}: {line.Message} ({line.Code})");
                    break;
                case "verdict":
                    return Ended(context, line);
            }
        }

        throw new CommandFailedException(ExitCode.Failed, "client.audit.unfinished", "The verification broke off before its end.", "The server's log says why; run it again.");
    }

    private static ExitCode Ended(CommandContext context, AuditLine verdict)
    {
        var isIntact = verdict.Intact == true;
        context.Report.Data(
            new VerdictOutput(isIntact, verdict.Seals ?? 0, verdict.Rows ?? 0, verdict.Unsealed ?? 0, verdict.CutUpTo ?? 0, verdict.Head),
            isIntact ? $"The audit is what was written: {verdict.Rows} rows under {verdict.Seals} seals, {verdict.Unsealed} not sealed yet." : "The audit is not what was written.");
        if (isIntact && verdict.Head is { } head)
        {
            context.Report.Say($"Keep this elsewhere, and give it to --expect later: {head}");
        }

        return isIntact ? ExitCode.Done : ExitCode.Refused;
    }

    private sealed record FaultOutput(string Code, long From, long To, string Message) : JsonOutput;

    private sealed record VerdictOutput(bool Intact, long Seals, long Rows, long Unsealed, long CutUpTo, string? Head) : JsonOutput;
}
