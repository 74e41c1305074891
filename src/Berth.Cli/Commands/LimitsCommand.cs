using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth limits list|set|remove</c>: rate limits and quotas, and what single users, tokens and networks have other than everybody.</summary>
internal static class LimitsCommand
{
    private const string Path = "/api/v1/rate-limits";

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        const string who = "The user's name or id; token:ID; address:NETWORK, such as address:10.0.0.0/8 or address:2001:db8::/48";
        var user = new Argument<string>("user") { Description = who };
        var values = new Argument<string[]>("limit")
        {
            Description = "NAME=VALUE: upload, download, api, search, admin with REQUESTS/SECONDS; quota.bytes, quota.versions with a number; or unlimited",
            Arity = ArgumentArity.OneOrMore,
        };
        var reason = new Option<string>("--reason") { Description = "Why, for whoever looks at it later", HelpName = "text", Required = true };
        var days = new Option<int?>("--expires-in-days") { Description = "For how long [default: for good]", HelpName = "n" };
        var removed = new Argument<string>("user") { Description = who };
        return new Command("limits", "Rate limits and quotas, for administrators")
        {
            runner.Bind(new Command("list", "List the limits and who has others"), ListAsync),
            runner.Bind(
                new Command("set", "Give a user, a token or a network limits of their own; replaces former ones") { user, values, reason, days },
                (context, cancellationToken) => SetAsync(context, context.Get(user)!, context.Get(values)!, context.Get(reason)!, context.Get(days), cancellationToken)),
            runner.Bind(
                new Command("remove", "Take their own limits back") { removed },
                (context, cancellationToken) => RemoveAsync(context, context.Get(removed)!, cancellationToken)),
        };
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var limits = await context.Report.WatchAsync("Asking", host.GetAsync<Limits>(Path, cancellationToken));
        if (!limits.Enabled)
        {
            context.Report.Warn("rate limits are off on this server.");
        }

        context.Report.Table(
            new LimitsOutput(limits.Enabled, limits.Policies, limits.Overrides), ["USER", "LIMITS", "UNTIL", "REASON"],
            [
                ["everybody", string.Join(' ', limits.Policies.Select(policy => $"{policy.Category}={policy.Rule}")), "", ""],
                .. limits.Overrides.Select(one => (IReadOnlyList<string>)
                    [one.UserId, string.Join(' ', one.Limits.Select(limit => $"{limit.Key}={limit.Value}")), one.ExpiresAt is { } end ? $"{end:yyyy-MM-dd HH:mm}" : "for good", one.Reason]),
            ]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> SetAsync(
        CommandContext context, string user, IReadOnlyList<string> values, string reason, int? days, CancellationToken cancellationToken)
    {
        var limits = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in values)
        {
            var parts = value.Split('=', 2);
            limits[parts[0]] = parts is [{ Length: > 0 }, { Length: > 0 } rule]
                ? rule
                : throw new CommandFailedException(ExitCode.Usage, "client.setting.form", $"\"{value}\" is not written as NAME=VALUE.", "For example: berth limits set ada api=1000/60");
        }

        var host = await context.HostAsync(cancellationToken);
        var id = await SubjectAsync(host, user, cancellationToken);
        var answer = await context.Report.WatchAsync("Setting", host.SendAsync<Changed>(
            HttpMethod.Put, $"{Path}/overrides/{Uri.EscapeDataString(id)}{Query(context)}",
            new { limits, reason, expires_at = days is { } some ? DateTimeOffset.UtcNow.AddDays(some) : (DateTimeOffset?)null }, cancellationToken));
        context.Report.Result(new LimitOutput(id, answer.Override?.Limits, context.IsDryRun ? true : null), $"{user} {(context.IsDryRun ? "would have" : "has")} {string.Join(' ', values)}.");
        return ExitCode.Done;
    }

    private static async Task<ExitCode> RemoveAsync(CommandContext context, string user, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var id = await SubjectAsync(host, user, cancellationToken);
        await context.Report.WatchAsync("Asking", host.SendAsync(HttpMethod.Delete, $"{Path}/overrides/{Uri.EscapeDataString(id)}{Query(context)}", null, cancellationToken));
        context.Report.Result(new LimitOutput(id, null, context.IsDryRun ? true : null), $"{user} {(context.IsDryRun ? "would have" : "has")} what everybody has.");
        return ExitCode.Done;
    }

    /// <summary>Tokens and networks are named as they are; users by name are looked up.</summary>
    private static async Task<string> SubjectAsync(ApiConnection host, string who, CancellationToken cancellationToken) =>
        who.StartsWith("token:", StringComparison.Ordinal) || who.StartsWith("address:", StringComparison.Ordinal) ? who : await CommandContext.UserIdAsync(host, who, cancellationToken);

    private static string Query(CommandContext context) => context.IsDryRun ? "?dry_run=true" : "";

    private sealed record Limits(bool Enabled, IReadOnlyList<LimitPolicy> Policies, IReadOnlyList<UserLimits> Overrides);

    private sealed record LimitPolicy(string Category, string Rule);

    private sealed record UserLimits(string UserId, IReadOnlyDictionary<string, string> Limits, string Reason, DateTimeOffset? ExpiresAt);

    private sealed record Changed(bool DryRun, UserLimits? Override);

    private sealed record LimitsOutput(bool Enabled, IReadOnlyList<LimitPolicy> Policies, IReadOnlyList<UserLimits> Overrides) : JsonOutput;

    private sealed record LimitOutput(string UserId, IReadOnlyDictionary<string, string>? Limits, bool? DryRun) : JsonOutput;
}
