using System.CommandLine;
using System.Text.RegularExpressions;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth bulk OPERATION SLUG</c>: the same for many users, for administrators; follows it to its end.</summary>
internal static partial class BulkCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var operation = new Argument<string>("operation") { Description = "install, update, uninstall, enable, disable, rollback or repair" };
        operation.AcceptOnlyFromAmong("install", "update", "uninstall", "enable", "disable", "rollback", "repair");
        var slug = SlugArgument.Create();
        var all = new Option<bool>("--all-users") { Description = "To install, every user; otherwise every user who has the plugin" };
        var users = new Option<string[]>("--users") { Description = "These users, by id or name", HelpName = "user", AllowMultipleArgumentsPerToken = true };
        var version = new Option<string?>("--version") { Description = "A version or a range, for install and update", HelpName = "range" };
        var grant = CapabilityConsent.GrantOption();
        var noWait = new Option<bool>("--no-wait") { Description = "Print the operation's id and end; it goes on in the server" };
        return runner.Bind(
            new Command("bulk", "Install, update, uninstall, enable, disable, roll back or repair for many users (administrators)") { operation, slug, all, users, version, grant, noWait },
            async (context, cancellationToken) =>
            {
                var named = context.Get(users) ?? [];
                if (context.Get(all) == named.Length > 0)
                {
                    throw new CommandFailedException(ExitCode.Usage, "client.bulk.users", "Say for whom: --all-users, or --users with ids or names.");
                }

                var host = await context.HostAsync(cancellationToken);
                var request = new Request(
                    context.Get(operation)!, context.Get(slug)!, context.Get(version), named.Length == 0 ? "all" : await IdsAsync(host, named, cancellationToken),
                    context.Get(grant) is { Length: > 0 } names ? [.. names.Where(name => name != "none")] : null);
                return await RunAsync(context, host, request, context.Get(noWait), cancellationToken);
            });
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, ApiConnection host, Request request, bool noWait, CancellationToken cancellationToken)
    {
        var planned = await context.Report.WatchAsync("Counting", StartAsync(host, request, isDryRun: true, cancellationToken));
        if (context.IsDryRun)
        {
            context.Report.Result(new PlannedOutput(request.Operation, request.Slug, planned.Total), $"Would {request.Operation} {request.Slug} for {planned.Total} users.");
            return ExitCode.Done;
        }

        if (!context.Prompt.IsYes)
        {
            if (!context.Prompt.IsPossible)
            {
                throw new CommandFailedException(
                    ExitCode.Usage, "client.confirmation.needed", $"This is for {planned.Total} users, and nobody is here to confirm it.", "Confirm it with --yes.");
            }

            if (!await context.Prompt.ConfirmAsync($"{request.Operation} {request.Slug} for {planned.Total} users?", cancellationToken))
            {
                throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
            }
        }

        var started = await StartAsync(host, request, isDryRun: false, cancellationToken);
        if (noWait)
        {
            context.Report.Result(new StartedOutput(started.OperationId!, started.Total), $"Runs for {started.Total} users: {started.OperationId}");
            return ExitCode.Done;
        }

        return Ended(context, await FollowAsync(context, host, started.OperationId!, cancellationToken));
    }

    private static Task<StartedBulk> StartAsync(ApiConnection host, Request request, bool isDryRun, CancellationToken cancellationToken) =>
        host.StartBulkAsync(request.Operation, request.Slug, request.Version, request.Users, request.Grant, isDryRun, cancellationToken);

    private static async Task<BulkOperation> FollowAsync(CommandContext context, ApiConnection host, string id, CancellationToken cancellationToken)
    {
        var said = -1L;
        while (true)
        {
            var operation = await host.BulkOperationAsync(id, cancellationToken);
            if (operation.State != "running")
            {
                return operation;
            }

            if (operation.Progress is { } progress && progress.Done != said)
            {
                said = progress.Done;
                context.Report.Say($"{progress.Done} of {progress.Total}, {progress.Failed} failed");
            }

            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static ExitCode Ended(CommandContext context, BulkOperation operation)
    {
        var progress = operation.Progress ?? new BulkProgress(0, 0, 0, 0, []);
        foreach (var failure in progress.Failures ?? [])
        {
            context.Report.Say($"  {failure.UserId}: {failure.Message} ({failure.Code})");
        }

        var rest = progress.Total - progress.Done;
        context.Report.Result(
            new EndedOutput(operation.Id, operation.State, progress, operation.Error),
            $"Done for {progress.Succeeded} of {progress.Total} users, failed for {progress.Failed}" + (rest > 0 ? $", not begun for {rest}." : "."));
        return progress is { Failed: 0 } && rest <= 0 ? ExitCode.Done
            : progress.Succeeded > 0 ? ExitCode.Partly
            : ExitCode.Failed;
    }

    private static async Task<IReadOnlyList<string>> IdsAsync(ApiConnection host, string[] named, CancellationToken cancellationToken)
    {
        var ids = named.Where(name => UserIdPattern().IsMatch(name)).ToList();
        var names = named.Except(ids, StringComparer.Ordinal).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (names.Count == 0)
        {
            return ids;
        }

        await foreach (var user in host.UsersAsync(cancellationToken))
        {
            if (names.Remove(user.Username))
            {
                ids.Add(user.Id);
            }

            if (names.Count == 0)
            {
                return ids;
            }
        }

        throw new CommandFailedException(ExitCode.NotFound, "client.user.unknown", $"There is no user {string.Join(", ", names.Select(name => $"\"{name}\""))}.", "See `berth users list`.");
    }

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex UserIdPattern();

    private sealed record Request(string Operation, string Slug, string? Version, object Users, IReadOnlyList<string>? Grant);

    private sealed record PlannedOutput(string Operation, string Slug, long Total, bool DryRun = true) : JsonOutput;

    private sealed record StartedOutput(string OperationId, long Total) : JsonOutput;

    private sealed record EndedOutput(string OperationId, string State, BulkProgress Progress, BulkError? Error) : JsonOutput;
}
