using System.CommandLine;
using System.Globalization;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth versions</c>: what is in the shared store and who uses it, for administrators.</summary>
internal static class VersionsCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = new Argument<string?>("slug") { Description = "Only this plugin", Arity = ArgumentArity.ZeroOrOne };
        var users = new Option<string?>("--users") { Description = "List who has this version of the plugin", HelpName = "version" };
        var command = new Command("versions", "Show what is in the shared store and who uses it (administrators)") { slug, users };
        command.Validators.Add(result =>
        {
            if (result.GetValue(users) is not null && result.GetValue(slug) is null)
                result.AddError("--users needs the plugin: berth versions SLUG --users VERSION.");
        });
        return runner.Bind(command, (context, cancellationToken) => context.Get(users) is { } version
            ? UsersAsync(context, context.Get(slug)!, version, cancellationToken)
            : ListAsync(context, context.Get(slug), cancellationToken));
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, string? slug, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var list = await context.Report.WatchAsync("Asking", host.VersionsAsync(cancellationToken));
        var shown = list.Versions.Where(one => slug is null || string.Equals(one.PluginSlug, slug, StringComparison.OrdinalIgnoreCase)).ToList();
        context.Report.Table(
            new VersionListOutput(shown),
            ["PLUGIN", "VERSION", "USERS", "ROLLBACK", "BYTES", "FILES", "TRUST", "UPDATE"],
            [.. shown.Select(one => (IReadOnlyList<string>)
            [
                one.PluginSlug, one.Version, Text(one.Users), Text(one.RollbackSlots), one.InStore ? Text(one.Bytes) : "not in the store", Text(one.Files),
                one.TrustLevel ?? "", one.UpdateTo ?? "",
            ])]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> UsersAsync(CommandContext context, string slug, string version, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var users = new List<VersionUserEntry>();
        string? cursor = null;
        do
        {
            var page = await context.Report.WatchAsync("Asking", host.VersionUsersAsync(slug, version, cursor, cancellationToken));
            users.AddRange(page.Users);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        context.Report.Table(
            new VersionUsersOutput(slug, version, users), ["USER", "SLOT"], [.. users.Select(user => (IReadOnlyList<string>)[user.UserId, user.Slot])]);
        return ExitCode.Done;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed record VersionListOutput(IReadOnlyList<VersionEntry> Versions) : JsonOutput;

    private sealed record VersionUsersOutput(string Slug, string Version, IReadOnlyList<VersionUserEntry> Users) : JsonOutput;
}
