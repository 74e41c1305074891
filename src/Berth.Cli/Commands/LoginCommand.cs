using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Profiles;

namespace Berth.Cli.Commands;

/// <summary><c>berth login</c>: with a one-time link, a token, or a name and a password. Keeps the token in the profile.</summary>
internal static class LoginCommand
{
    private const string LinkPart = "/signin/";

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var link = new Argument<string?>("link")
        {
            Description = "A one-time sign-in link; - reads it (or the password of --username) from standard input",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var token = new Option<string?>("--token") { Description = "An access token; - reads it from standard input", HelpName = "token" };
        var username = new Option<string?>("--username") { Description = "Sign in with this name; the password is asked for", HelpName = "name" };
        var command = new Command("login", "Sign in, and keep the token in your profile") { link, token, username };
        command.Validators.Add(result =>
        {
            var (l, t, u) = (result.GetValue(link), result.GetValue(token), result.GetValue(username));
            if ((t is not null && (u is not null || l is not null)) || (u is not null && l is not null and not "-"))
            {
                result.AddError("Sign in in one way: with a link, with --token, or with --username.");
            }
        });
        return runner.Bind(
            command,
            (context, cancellationToken) => RunAsync(context, context.Get(link), context.Get(token), context.Get(username), cancellationToken));
    }

    private static async Task<ExitCode> RunAsync(
        CommandContext context, string? link, string? token, string? username, CancellationToken cancellationToken)
    {
        if (username is null && token is null)
        {
            link = link switch
            {
                null => await context.Prompt.SecretAsync("Sign-in link", "Name a link, --token or --username.", cancellationToken),
                "-" => await context.Prompt.ReadLineAsync("sign-in link", cancellationToken),
                _ => link,
            };
        }

        var (server, code) = username is null && token is null ? Parts(link!) : (null, null);
        var session = context.OpenSession(server, mayBeNew: true);
        if (context.IsDryRun)
        {
            context.Report.Result(
                new DryRunOutput($"sign in to {session.ServerText}"), $"Would sign in to {session.ServerText} and keep the token in the profile {session.ProfileName}.");
            return ExitCode.Done;
        }

        var secret = (code, username) switch
        {
            (not null, _) => code,
            (_, not null) => await PasswordAsync(context, link, cancellationToken),
            _ => token == "-" ? await context.Prompt.ReadLineAsync("token", cancellationToken) : token!,
        };
        var (signedIn, me) = await context.Report.WatchAsync(
            "Signing in", SignInAsync(context, session.Server, isLink: code is not null, username, secret, cancellationToken));
        await context.Profiles.SignInAsync(
            session.ProfileName, new Credential(session.ServerText, signedIn.Token, me.Username, FromSignIn: token is null), cancellationToken);
        context.Report.Result(
            new LoginOutput(session.ProfileName, session.ServerText, me.Id, me.Username, me.Roles ?? []),
            $"Signed in to {session.ServerText} as {me.Username} (profile {session.ProfileName}).");
        return ExitCode.Done;
    }

    private static async Task<(SignedIn SignedIn, Caller Me)> SignInAsync(
        CommandContext context, Uri server, bool isLink, string? username, string secret, CancellationToken cancellationToken)
    {
        var anonymous = context.Connect(server, token: null);
        var signedIn = isLink ? await anonymous.SignInAsync(secret, cancellationToken)
            : username is not null ? await anonymous.LoginAsync(username, secret, cancellationToken)
            : new SignedIn(secret, null);
        // Also when the answer names the user: only a token that works is kept.
        return (signedIn, await context.Connect(server, signedIn.Token).MeAsync(cancellationToken));
    }

    private static Task<string> PasswordAsync(CommandContext context, string? dash, CancellationToken cancellationToken) => dash == "-"
        ? context.Prompt.ReadLineAsync("password", cancellationToken)
        : context.Prompt.SecretAsync("Password", "Pipe the password into `berth login --username NAME -`.", cancellationToken);

    private static (string Server, string Code) Parts(string link)
    {
        var at = link.LastIndexOf(LinkPart, StringComparison.Ordinal);
        return at > 0 && link[(at + LinkPart.Length)..].TrimEnd('/') is { Length: > 0 } code && !code.Contains('/', StringComparison.Ordinal)
            ? (link[..at], Uri.UnescapeDataString(code))
            : throw new CommandFailedException(
                ExitCode.Usage, "client.link.invalid", "This is not a sign-in link.", $"It looks like {Session.DefaultServer}{LinkPart}CODE and is printed when the server starts.");
    }

    private sealed record LoginOutput(string Profile, string Server, string Id, string Username, IReadOnlyList<string> Roles) : JsonOutput;
}
