using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth tokens list|create|revoke</c>: the caller's personal access tokens.</summary>
internal static class TokensCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("tokens", "List, make and revoke your access tokens") { List(runner), CreateOne(runner), Revoke(runner) };

    private static Command List(CommandRunner runner) => runner.Bind(new Command("list", "List your tokens"), async (context, cancellationToken) =>
    {
        var host = await context.HostAsync(cancellationToken);
        var tokens = await context.Report.WatchAsync("Asking", host.TokensAsync(cancellationToken));
        context.Report.Table(
            new TokenListOutput(tokens),
            ["ID", "NAME", "SCOPES", "EXPIRES", "LAST USED"],
            [.. tokens.Select(t => (IReadOnlyList<string>)[t.Id, t.Name ?? "", string.Join(',', t.Scopes ?? []), Date(t.ExpiresAt), Date(t.LastUsedAt)])]);
        return ExitCode.Done;
    });

    private static Command CreateOne(CommandRunner runner)
    {
        var name = new Argument<string>("name") { Description = "What the token is for" };
        var scopes = new Option<string[]>("--scope") { Description = "A scope, can be repeated [default: all of yours]", HelpName = "scope" };
        var days = new Option<int?>("--expires-in-days") { Description = "Days until it ends", HelpName = "n" };
        return runner.Bind(new Command("create", "Make a token and print it, once") { name, scopes, days }, async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"create token {context.Get(name)}"), $"Would make the token {context.Get(name)}.");
                return ExitCode.Done;
            }

            var host = await context.HostAsync(cancellationToken);
            var chosen = context.Get(scopes) is { Length: > 0 } some ? some : null;
            var made = await context.Report.WatchAsync(
                "Making a token", host.CreateTokenAsync(context.Get(name)!, chosen, context.Get(days), cancellationToken));
            context.Report.Say($"Made the token {made.Name} ({made.Id}){(made.ExpiresAt is null ? "" : $", valid until {Date(made.ExpiresAt)}")}. It is shown this once:");
            context.Report.Data(new CreatedTokenOutput(made.Id, made.Name, made.Token, made.ExpiresAt), made.Token);
            return ExitCode.Done;
        });
    }

    private static Command Revoke(CommandRunner runner)
    {
        var id = new Argument<string>("id") { Description = "The token's id, from `berth tokens list`" };
        return runner.Bind(new Command("revoke", "End a token at once") { id }, async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"revoke token {context.Get(id)}"), $"Would revoke the token {context.Get(id)}.");
                return ExitCode.Done;
            }

            var host = await context.HostAsync(cancellationToken);
            await context.Report.WatchAsync("Revoking", host.RevokeTokenAsync(context.Get(id)!, cancellationToken));
            context.Report.Result(new RevokedOutput(context.Get(id)!, true), $"Revoked the token {context.Get(id)}.");
            return ExitCode.Done;
        });
    }

    private static string Date(DateTimeOffset? time) => $"{time:yyyy-MM-dd}";

    private sealed record TokenListOutput(IReadOnlyList<TokenRecord> Tokens) : JsonOutput;

    private sealed record CreatedTokenOutput(string Id, string? Name, string Token, DateTimeOffset? ExpiresAt) : JsonOutput;

    private sealed record RevokedOutput(string Id, bool Revoked) : JsonOutput;
}
