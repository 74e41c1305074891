using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Profiles;

namespace Berth.Cli.Commands;

/// <summary><c>berth logout</c>: forgets the profile's token, and ends it on the server when signing in had made it.</summary>
internal static class LogoutCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) => runner.Bind(new Command("logout", "Forget the token of your profile"), RunAsync);

    private static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var session = context.OpenSession(mayBeNew: true);
        if (session.Stored is not { } stored)
        {
            throw new CommandFailedException(
                ExitCode.NotAllowed, "client.not_signed_in", $"Nobody is signed in with the profile {session.ProfileName}.", "See --profile.");
        }

        if (context.IsDryRun)
        {
            context.Report.Result(new DryRunOutput($"sign out of {stored.Server}"), $"Would sign {stored.Username} out of {stored.Server}.");
            return ExitCode.Done;
        }

        await context.Profiles.SignOutAsync(session.ProfileName, cancellationToken);
        var ended = stored.FromSignIn && await context.Report.WatchAsync("Signing out", EndAsync(context, stored, cancellationToken));
        context.Report.Result(
            new LogoutOutput(session.ProfileName, stored.Server, ended),
            $"Signed {stored.Username} out of {stored.Server}{(ended ? "" : "; the token itself stays valid on the server")}.");
        return ExitCode.Done;
    }

    private static async Task<bool> EndAsync(CommandContext context, Credential stored, CancellationToken cancellationToken)
    {
        try
        {
            await context.Connect(Session.Address(stored.Server), stored.Token).LogoutAsync(cancellationToken);
            return true;
        }
        catch (CommandFailedException failure)
        {
            // Forgotten here is what was asked for; that the server still knows the token must not be hidden.
            context.Report.Warn($"the token could not be ended on {stored.Server}: {failure.Message}");
            return false;
        }
    }

    private sealed record LogoutOutput(string Profile, string Server, bool EndedOnServer) : JsonOutput;
}
