using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth shares list|accept|decline|withdraw</c>: offers you got and made.</summary>
internal static class SharesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("shares", "List, accept, decline and withdraw offers of plugins")
        {
            List(runner),
            Accept(runner),
            Close(runner, "decline", "Decline an offer you got", (host, id, cancellationToken) => host.DeclineAsync(id, cancellationToken)),
            Close(runner, "withdraw", "Withdraw an offer you made", (host, id, cancellationToken) => host.WithdrawAsync(id, cancellationToken)),
        };

    private static Command List(CommandRunner runner) => runner.Bind(new Command("list", "List offers, newest first"), async (context, cancellationToken) =>
    {
        var host = await context.HostAsync(cancellationToken);
        var page = await context.Report.WatchAsync("Asking", host.SharesAsync(cancellationToken));
        context.Report.Table(
            new ShareListOutput(page.Received, page.Given),
            ["ID", "", "WHO", "PLUGIN", "VERSION", "STATE", "UNTIL"],
            [.. page.Received.Select(offer => Row(offer, "from", offer.From?.Username)), .. page.Given.Select(offer => Row(offer, "to", offer.To))]);
        return ExitCode.Done;
    });

    private static Command Accept(CommandRunner runner)
    {
        var id = IdArgument();
        var grant = CapabilityConsent.GrantOption();
        return runner.Bind(new Command("accept", "Accept an offer: installs just that version") { id, grant }, async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                return WouldDo(context, "accept", context.Get(id)!);
            }

            var granted = context.Get(grant) is { Length: > 0 } names ? names.Where(name => name != "none").ToList() : null;
            var host = await context.HostAsync(cancellationToken);
            var done = await context.Report.WatchAsync("Installing", host.AcceptAsync(context.Get(id)!, granted, cancellationToken));
            context.Report.Result(OperationOutput.Of("install", done), $"Installed {done.PluginSlug} {done.Version} ({done.PluginId}).");
            context.Report.Say($"Undo: berth uninstall {done.PluginSlug}");
            return ExitCode.Done;
        });
    }

    private static Command Close(
        CommandRunner runner, string name, string description, Func<ApiConnection, string, CancellationToken, Task> close)
    {
        var id = IdArgument();
        return runner.Bind(new Command(name, description) { id }, async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                return WouldDo(context, name, context.Get(id)!);
            }

            var host = await context.HostAsync(cancellationToken);
            await context.Report.WatchAsync("Asking", close(host, context.Get(id)!, cancellationToken));
            context.Report.Result(new ClosedOutput(context.Get(id)!, name), $"Done: {name} {context.Get(id)}.");
            return ExitCode.Done;
        });
    }

    private static ExitCode WouldDo(CommandContext context, string what, string id)
    {
        context.Report.Result(new DryRunOutput($"{what} {id}"), $"Would {what} the offer {id}.");
        return ExitCode.Done;
    }

    private static Argument<string> IdArgument() => new("id") { Description = "The offer's id, from `berth shares list`" };

    private static IReadOnlyList<string> Row(ShareRecord offer, string direction, string? who) =>
        [offer.Id, direction, who ?? "", offer.PluginSlug, offer.Version, offer.State, $"{offer.ExpiresAt:yyyy-MM-dd}"];

    private sealed record ShareListOutput(IReadOnlyList<ShareRecord> Received, IReadOnlyList<ShareRecord> Given) : JsonOutput;

    private sealed record ClosedOutput(string Id, string Done) : JsonOutput;
}
