using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth users list|add|add-many|link|delete</c>, for administrators.</summary>
internal static class UsersCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("users", "List, make and delete users (administrators)") { List(runner), Add(runner), AddMany(runner), Link(runner), UsersDeleteCommand.Create(runner) };

    private static Command List(CommandRunner runner) => runner.Bind(new Command("list", "List users"), async (context, cancellationToken) =>
    {
        var host = await context.HostAsync(cancellationToken);
        var users = await context.Report.WatchAsync("Asking", AllAsync(host, cancellationToken));
        context.Report.Table(
            new UserListOutput(users),
            ["ID", "NAME", "ROLES", "SINCE"],
            [.. users.Select(u => (IReadOnlyList<string>)[u.Id, u.Username, string.Join(',', u.Roles ?? []), $"{u.CreatedAt:yyyy-MM-dd}"])]);
        return ExitCode.Done;
    });

    private static async Task<List<UserRecord>> AllAsync(ApiConnection host, CancellationToken cancellationToken)
    {
        var users = new List<UserRecord>();
        await foreach (var user in host.UsersAsync(cancellationToken))
        {
            users.Add(user);
        }

        return users;
    }

    private static Command Add(CommandRunner runner)
    {
        var name = new Argument<string>("name") { Description = "The user's name" };
        var roles = new Option<string[]>("--role") { Description = "A role, can be repeated, for example admin", HelpName = "role" };
        var password = new Option<bool>("--password") { Description = "Ask for a password, or read it from standard input" };
        return runner.Bind(new Command("add", "Make a user and print their token, once") { name, roles, password }, async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"add user {context.Get(name)}"), $"Would make the user {context.Get(name)}.");
                return ExitCode.Done;
            }

            var host = await context.HostAsync(cancellationToken);
            var secret = context.Get(password) ? await PasswordAsync(context, cancellationToken) : null;
            var chosen = context.Get(roles) is { Length: > 0 } some ? some : null;
            var made = await context.Report.WatchAsync(
                "Making the user", host.CreateUserAsync(context.Get(name)!, secret, chosen, cancellationToken));
            context.Report.Say($"Made the user {made.Username ?? context.Get(name)} ({made.Id}). Their token is shown this once:");
            context.Report.Data(new CreatedUserOutput(made.Id, made.Username ?? context.Get(name), made.Token), made.Token);
            return ExitCode.Done;
        });
    }

    private static Command AddMany(CommandRunner runner)
    {
        var names = new Argument<string[]>("names") { Description = "Their names", Arity = ArgumentArity.ZeroOrMore };
        var count = new Option<int?>("--count") { Description = "This many, with names that the server chooses", HelpName = "n" };
        var command = new Command("add-many", "Make many users; one line each: id, name, token") { names, count };
        command.Validators.Add(result =>
        {
            if (result.GetValue(names) is { Length: > 0 } == result.GetValue(count) is > 0)
            {
                result.AddError("Give either names or --count, at least one.");
            }
        });
        return runner.Bind(command, async (context, cancellationToken) =>
        {
            var some = context.Get(names) is { Length: > 0 } given ? given : null;
            if (context.IsDryRun)
            {
                var many = some?.Length ?? context.Get(count);
                context.Report.Result(new DryRunOutput($"add {many} users"), $"Would make {many} users.");
                return ExitCode.Done;
            }

            var host = await context.HostAsync(cancellationToken);
            await foreach (var made in host.CreateUsersAsync(context.Get(count), some, cancellationToken))
            {
                context.Report.Data(new CreatedUserOutput(made.Id, made.Username, made.Token), $"{made.Id} {made.Username} {made.Token}");
            }

            return ExitCode.Done;
        });
    }

    private static Command Link(CommandRunner runner) => runner.Bind(
        new Command("link", "Print a link that signs you in once, or the user of --user"), async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput("make a sign-in link"), "Would make a sign-in link.");
                return ExitCode.Done;
            }

            var host = await context.HostAsync(cancellationToken);
            var made = await context.Report.WatchAsync("Making a link", host.CreateSignInLinkAsync(cancellationToken));
            context.Report.Say($"Works once{(made.ExpiresAt is null ? "" : $", until {made.ExpiresAt:yyyy-MM-dd HH:mm} UTC")}. Whoever opens it is signed in:");
            context.Report.Data(new SignInLinkOutput(made.Link, made.ExpiresAt), made.Link);
            return ExitCode.Done;
        });

    private static Task<string> PasswordAsync(CommandContext context, CancellationToken cancellationToken) => context.Terminal.InIsTerminal
        ? context.Prompt.SecretAsync("Password", "Pipe the password into the command.", cancellationToken)
        : context.Prompt.ReadLineAsync("password", cancellationToken);

    private sealed record UserListOutput(IReadOnlyList<UserRecord> Users) : JsonOutput;

    private sealed record SignInLinkOutput(string Link, DateTimeOffset? ExpiresAt) : JsonOutput;

    private sealed record CreatedUserOutput(string Id, string? Username, string Token) : JsonOutput;
}
