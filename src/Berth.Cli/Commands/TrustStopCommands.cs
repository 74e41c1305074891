using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;
using static Berth.Cli.Commands.TrustOptionsOf;

namespace Berth.Cli.Commands;

/// <summary><c>berth trust violation|quarantine|lift</c>.</summary>
internal static class TrustStopCommands
{
    /// <summary><c>violation</c>.</summary>
    public static Command Violation(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var kind = new Argument<string>("kind") { Description = "What was violated, for example malware" };
        var action = new Option<string>("--action") { Description = "warn, restrict, quarantine or remove", HelpName = "action", Required = true };
        action.AcceptOnlyFromAmong("warn", "restrict", "quarantine", "remove");
        var severity = new Option<string>("--severity") { Description = "low, medium, high or critical", HelpName = "severity", Required = true };
        severity.AcceptOnlyFromAmong("low", "medium", "high", "critical");
        var version = new Option<string?>("--version") { Description = "This version only [default: the whole plugin]", HelpName = "version" };
        var level = new Option<string?>("--level") { Description = "For a restriction: this level [default: the next lower one]", HelpName = "level" };
        var (reason, evidence, expires) = (Reason(), Evidence(), Expires());
        var command = new Command("violation", "Record what a plugin violated and do something about it (reviewers)") { slug, kind, action, severity, version, level, reason, evidence, expires };
        return runner.Bind(command, async (context, cancellationToken) =>
        {
            var (name, done) = (context.Get(slug)!, context.Get(action)!);
            if (done == "remove" && !context.IsDryRun && !context.Prompt.IsYes && !context.Prompt.IsPossible)
            {
                throw new CommandFailedException(ExitCode.Usage, "client.confirmation.needed", "This cannot be undone, and nobody is here to confirm it.", "Confirm it with --yes.");
            }

            if (done == "remove" && !context.IsDryRun && !await context.Prompt.ConfirmAsync($"Remove {name} {context.Get(version) ?? "with all versions"} for good? It does not come back.", cancellationToken))
            {
                throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
            }

            var body = new
            {
                kind = context.Get(kind),
                severity = context.Get(severity),
                action = done,
                reason = context.Get(reason),
                version = context.Get(version),
                level = context.Get(level),
                evidence = await JsonOfAsync(context.Get(evidence), cancellationToken),
                expires = Instant(context.Get(expires)),
            };
            var registry = await context.RegistryAsync(cancellationToken);
            var answer = await context.Report.WatchAsync(
                "Recording", registry.ChangeTrustAsync(HttpMethod.Post, $"{RegistryApi.PathOf(name)}/trust/violations", body, context.IsDryRun, cancellationToken));
            context.Report.Result(
                new TrustOutput("violation", answer, context.IsDryRun ? true : null),
                context.IsDryRun ? $"The violation of {name} could be recorded." : $"The violation of {name} is recorded ({done}): {Text(answer, "id")}. Take it back with: berth trust lift {Text(answer, "id")} --violation --reason …");
            return ExitCode.Done;
        });
    }

    /// <summary><c>quarantine</c>: without arguments the list.</summary>
    public static Command Quarantine(CommandRunner runner)
    {
        var kind = new Argument<string?>("kind") { Description = "version, plugin, publisher or file; nothing lists what is stopped", Arity = ArgumentArity.ZeroOrOne };
        kind.AcceptOnlyFromAmong("version", "plugin", "publisher", "file");
        var subject = new Argument<string?>("subject") { Description = "slug@version, slug, user id, or SHA-256", Arity = ArgumentArity.ZeroOrOne };
        var reason = new Option<string?>("--reason") { Description = "Why, in a sentence", HelpName = "text" };
        var expires = Expires();
        return runner.Bind(new Command("quarantine", "Stop a version, plugin, publisher or file everywhere; or list what is stopped") { kind, subject, reason, expires }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            if (context.Get(kind) is not { } what)
            {
                return await ListAsync(context, registry, cancellationToken);
            }

            if (context.Get(subject) is not { } whom || context.Get(reason) is not { } why)
            {
                throw new CommandFailedException(ExitCode.Usage, "client.trust.usage", "Say what is quarantined and why: berth trust quarantine version Notes@1.2.0 --reason \"…\"");
            }

            var body = new { kind = what, subject = whom, reason = why, expires = Instant(context.Get(expires)) };
            var answer = await context.Report.WatchAsync("Quarantining", registry.ChangeTrustAsync(HttpMethod.Post, "/api/v1/trust/quarantines", body, context.IsDryRun, cancellationToken));
            context.Report.Result(
                new TrustOutput("quarantine", answer, context.IsDryRun ? true : null),
                context.IsDryRun ? $"{whom} could be quarantined." : $"{whom} is quarantined: {Text(answer, "id")}. Lift it with: berth trust lift {Text(answer, "id")} --reason …");
            return ExitCode.Done;
        });
    }

    /// <summary><c>lift</c>.</summary>
    public static Command Lift(CommandRunner runner)
    {
        var id = new Argument<string>("id") { Description = "The quarantine or violation" };
        var violation = new Option<bool>("--violation") { Description = "The id is a violation's" };
        var reason = Reason();
        return runner.Bind(new Command("lift", "Lift a quarantine, or take a violation back with what it led to") { id, violation, reason }, async (context, cancellationToken) =>
        {
            var isViolation = context.Get(violation);
            var path = $"/api/v1/trust/{(isViolation ? "violations" : "quarantines")}/{Uri.EscapeDataString(context.Get(id)!)}?reason={Uri.EscapeDataString(context.Get(reason)!)}";
            var registry = await context.RegistryAsync(cancellationToken);
            var answer = await context.Report.WatchAsync("Lifting", registry.ChangeTrustAsync(HttpMethod.Delete, path, null, context.IsDryRun, cancellationToken));
            context.Report.Result(
                new TrustOutput("lift", answer, context.IsDryRun ? true : null),
                $"{(isViolation ? $"The violation of {Text(answer, "slug")}" : $"The quarantine of {Text(answer, "subject")}")} {(context.IsDryRun ? "would be" : "is")} lifted.");
            return ExitCode.Done;
        });
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, ApiConnection registry, CancellationToken cancellationToken)
    {
        var statement = await context.Report.WatchAsync("Asking", registry.GetAsync<JsonElement>("/api/v1/trust/quarantines", cancellationToken));
        context.Report.Table(
            new TrustOutput("quarantines", statement), ["ID", "KIND", "SUBJECT", "UNTIL", "REASON"],
            [.. Items(statement, "quarantines").Select(one => (IReadOnlyList<string>)[Text(one, "id"), Text(one, "kind"), Text(one, "subject"), Text(one, "expires_at"), Text(one, "reason")])]);
        return ExitCode.Done;
    }
}
