using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth webhooks test|deliveries|replay</c>: what was sent, and sending again.</summary>
internal static class WebhookDeliveriesCommand
{
    /// <summary><c>test</c>.</summary>
    public static Command Test(CommandRunner runner)
    {
        var id = WebhooksCommand.IdArgument();
        return runner.Bind(new Command("test", "Send a test now and show what came back") { id }, async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"test webhook {context.Get(id)}"), $"Would send a test to {context.Get(id)}.");
                return ExitCode.Done;
            }

            var host = await context.HostAsync(cancellationToken);
            var sent = await context.Report.WatchAsync("Waiting for the receiver", host.TestWebhookAsync(context.Get(id)!, cancellationToken));
            context.Report.Result(new WebhookDeliveryOutput(sent), $"{sent.State}: {Last(sent)}");
            return sent.State == "delivered" ? ExitCode.Done : ExitCode.Failed;
        });
    }

    /// <summary><c>deliveries</c>.</summary>
    public static Command List(CommandRunner runner)
    {
        var id = WebhooksCommand.IdArgument();
        var state = new Option<string?>("--state") { Description = "pending, delivered, failed or gone", HelpName = "state" };
        var limit = new Option<int>("--limit") { Description = "At most so many, up to 100", HelpName = "n", DefaultValueFactory = _ => 20 };
        return runner.Bind(new Command("deliveries", "Show what was sent, newest first") { id, state, limit }, async (context, cancellationToken) =>
        {
            var host = await context.HostAsync(cancellationToken);
            var page = await context.Report.WatchAsync("Asking", host.DeliveriesAsync(context.Get(id)!, context.Get(state), context.Get(limit), cancellationToken));
            context.Report.Table(
                new WebhookDeliveriesOutput(page.Deliveries),
                ["ID", "EVENT", "TYPE", "STATE", "ATTEMPTS", "LAST"],
                [.. page.Deliveries.Select(sent => (IReadOnlyList<string>)[sent.Id, $"{sent.EventId}", sent.EventType, sent.State, $"{sent.Attempts.Count}", Last(sent)])]);
            return ExitCode.Done;
        });
    }

    /// <summary><c>replay</c>.</summary>
    public static Command Replay(CommandRunner runner)
    {
        var id = WebhooksCommand.IdArgument();
        var delivery = new Argument<string?>("delivery") { Description = "One delivery, from `berth webhooks deliveries`", Arity = ArgumentArity.ZeroOrOne };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Everything since this instant", HelpName = "time" };
        return runner.Bind(new Command("replay", "Send an event again, or all since a time") { id, delivery, since }, async (context, cancellationToken) =>
        {
            if (context.Get(delivery) is null == context.Get(since) is null)
            {
                throw new CommandFailedException(ExitCode.Usage, "client.webhooks.what", "Name either a delivery or --since.", "See `berth webhooks replay --help`.");
            }

            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"replay webhook {context.Get(id)}"), $"Would send again to {context.Get(id)}.");
                return ExitCode.Done;
            }

            var host = await context.HostAsync(cancellationToken);
            if (context.Get(delivery) is { } one)
            {
                var queued = await context.Report.WatchAsync("Asking", host.ReplayDeliveryAsync(context.Get(id)!, one, cancellationToken));
                context.Report.Result(new WebhookDeliveryOutput(queued), $"Event {queued.EventId} is sent again ({queued.Id}).");
                return ExitCode.Done;
            }

            var range = await context.Report.WatchAsync("Asking", host.ReplaySinceAsync(context.Get(id)!, context.Get(since)!.Value, cancellationToken));
            context.Report.Result(new WebhookReplayOutput(range.Queued, range.ContinueAfter), $"{range.Queued} events are sent again.");
            return ExitCode.Done;
        });
    }

    private static string Last(WebhookDeliveryRecord sent) =>
        sent.Attempts is [.., var last] ? $"{(last.Status is { } status ? $"{status}" : last.Error)} in {last.Ms} ms" : "";

    private sealed record WebhookDeliveryOutput(WebhookDeliveryRecord Delivery) : JsonOutput;

    private sealed record WebhookDeliveriesOutput(IReadOnlyList<WebhookDeliveryRecord> Deliveries) : JsonOutput;

    private sealed record WebhookReplayOutput(int Queued, long? ContinueAfter) : JsonOutput;
}
