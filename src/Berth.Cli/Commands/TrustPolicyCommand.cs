using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;
using static Berth.Cli.Commands.TrustOptionsOf;

namespace Berth.Cli.Commands;

/// <summary><c>berth trust policy LEVEL</c>: shows a level's policy, or changes it.</summary>
internal static class TrustPolicyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var level = new Argument<string>("level") { Description = "internal, verified, community, untrusted or quarantined" };
        level.AcceptOnlyFromAmong("internal", "verified", "community", "untrusted", "quarantined");
        var set = new Option<FileInfo?>("--set") { Description = "A file with the members that change, as JSON", HelpName = "file" };
        var reason = new Option<string?>("--reason") { Description = "Why, with --set", HelpName = "text" };
        return runner.Bind(new Command("policy", "Show what a level allows and asks for, or change it (administrators)") { level, set, reason }, async (context, cancellationToken) =>
        {
            var name = context.Get(level)!;
            var path = $"/api/v1/trust/policies/{name}";
            var registry = await context.RegistryAsync(cancellationToken);
            if (await JsonOfAsync(context.Get(set), cancellationToken) is not { } changes)
            {
                var shown = await context.Report.WatchAsync("Asking", registry.GetAsync<JsonElement>(path, cancellationToken));
                context.Report.Data(new TrustOutput("policy", shown), Lines(shown));
                return ExitCode.Done;
            }

            if (context.Get(reason) is not { } why)
            {
                throw new CommandFailedException(ExitCode.Usage, "client.trust.usage", "Say with --reason why the policy changes.");
            }

            var answer = await context.Report.WatchAsync("Changing", registry.ChangeTrustAsync(HttpMethod.Put, path, new { policy = changes, reason = why }, context.IsDryRun, cancellationToken));
            context.Report.Result(new TrustOutput("policy", answer, context.IsDryRun ? true : null), $"The policy of '{name}' {(context.IsDryRun ? "could be changed" : "is changed and in force")}.");
            return ExitCode.Done;
        });
    }

    private static IEnumerable<string> Lines(JsonElement shown) =>
        shown.TryGetProperty("policy", out var policy) && policy.ValueKind == JsonValueKind.Object
            ? policy.EnumerateObject().Select(member => $"{member.Name}: {(member is { Name: "capability_ceiling", Value.ValueKind: JsonValueKind.Null } ? "all" : member.Value.GetRawText())}")
            : [];
}
