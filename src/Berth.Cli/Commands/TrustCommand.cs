using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;
using static Berth.Cli.Commands.TrustOptionsOf;

namespace Berth.Cli.Commands;

/// <summary><c>berth trust</c>: what the registry trusts, who decided it, and what is stopped.</summary>
internal static class TrustCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) => new("trust", "Trust of plugins in the registry: levels, requests, violations, quarantines, policies")
    {
        Show(runner),
        Set(runner),
        History(runner),
        TrustRequestCommands.Request(runner),
        TrustRequestCommands.List(runner),
        TrustRequestCommands.Answer(runner, "approve", "Grant a request that is not yours", "approved"),
        TrustRequestCommands.Answer(runner, "reject", "Refuse a request", "rejected"),
        TrustStopCommands.Violation(runner),
        TrustStopCommands.Quarantine(runner),
        TrustStopCommands.Lift(runner),
        TrustPolicyCommand.Create(runner),
        TrustCapabilitiesCommand.Create(runner),
    };

    private static Command Show(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        return runner.Bind(new Command("show", "The level in force and the assessment, term by term") { slug }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var trust = await context.Report.WatchAsync("Asking", registry.TrustAsync(context.Get(slug)!, "", cancellationToken));
            context.Report.Data(new TrustOutput("show", trust), Lines(trust));
            return ExitCode.Done;
        });
    }

    private static Command Set(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var level = new Argument<string>("level") { Description = "internal, verified, community, untrusted or quarantined" };
        level.AcceptOnlyFromAmong("internal", "verified", "community", "untrusted", "quarantined");
        var (reason, evidence, expires) = (Reason(), Evidence(), Expires());
        return runner.Bind(new Command("set", "Decide on a plugin's level (administrators)") { slug, level, reason, evidence, expires }, async (context, cancellationToken) =>
        {
            var (name, wanted) = (context.Get(slug)!, context.Get(level)!);
            var body = new { level = wanted, reason = context.Get(reason), evidence = await JsonOfAsync(context.Get(evidence), cancellationToken), expires = Instant(context.Get(expires)) };
            var registry = await context.RegistryAsync(cancellationToken);
            var answer = await context.Report.WatchAsync(
                $"Deciding on {name}", registry.ChangeTrustAsync(HttpMethod.Put, $"{RegistryApi.PathOf(name)}/trust", body, context.IsDryRun, cancellationToken));
            context.Report.Result(new TrustOutput("set", answer, context.IsDryRun ? true : null), $"{name} {(context.IsDryRun ? "would be" : "is")} {wanted}; it was {Text(answer, "previous")}.");
            return ExitCode.Done;
        });
    }

    private static Command History(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        return runner.Bind(new Command("history", "All decisions, newest first; the one in force is marked") { slug }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var history = await context.Report.WatchAsync("Asking", registry.TrustAsync(context.Get(slug)!, "/history", cancellationToken));
            context.Report.Table(
                new TrustOutput("history", history), ["AT", "LEVEL", "IN FORCE", "UNTIL", "BY", "REASON"],
                [.. Items(history, "decisions").Select(one => (IReadOnlyList<string>)
                    [Text(one, "at"), Text(one, "level"), one.TryGetProperty("in_force", out var inForce) && inForce.ValueKind == JsonValueKind.True ? "yes" : "", Text(one, "expires_at"), Text(one, "decided_by"), Text(one, "reason")])]);
            return ExitCode.Done;
        });
    }

    private static IEnumerable<string> Lines(JsonElement trust)
    {
        yield return $"{Text(trust, "slug")}: {Text(trust, "level")}{(Text(trust, "changes_at") is { Length: > 0 } at ? $", may change at {at}" : "")}";
        foreach (var held in Items(trust, "quarantines"))
        {
            yield return $"quarantined {Text(held, "subject")}: {Text(held, "reason")} ({Text(held, "id")})";
        }

        foreach (var violation in Items(trust, "violations"))
        {
            yield return $"violation {Text(violation, "kind")} ({Text(violation, "severity")}, {Text(violation, "action")}): {Text(violation, "reason")} ({Text(violation, "id")})";
        }

        if (trust.TryGetProperty("assessment", out var assessment))
        {
            yield return $"score: {Text(assessment, "score")} of 100";
            foreach (var term in Items(assessment, "terms"))
            {
                yield return $"  {Text(term, "source")}: {Text(term, "points")} of {Text(term, "most")}. {Text(term, "explanation")}";
            }

            var missing = Items(assessment, "not_assessed").Select(one => one.ToString()).ToList();
            if (missing.Count > 0)
            {
                yield return $"  not assessed by this registry: {string.Join(", ", missing)}";
            }
        }
    }
}
