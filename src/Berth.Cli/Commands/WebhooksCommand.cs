using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth webhooks list|add|enable|disable|rotate|remove|test|deliveries|replay</c>: where events are sent.</summary>
internal static class WebhooksCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("webhooks", "Have events sent to an address, and see what was sent")
        {
            List(runner),
            Add(runner),
            Enable(runner, enabled: true),
            Enable(runner, enabled: false),
            Rotate(runner),
            Remove(runner),
            WebhookDeliveriesCommand.Test(runner),
            WebhookDeliveriesCommand.List(runner),
            WebhookDeliveriesCommand.Replay(runner),
        };

    /// <summary>The argument that names one.</summary>
    internal static Argument<string> IdArgument() => new("id") { Description = "The webhook's id, from `berth webhooks list`" };

    private static Command List(CommandRunner runner) => runner.Bind(new Command("list", "List webhooks, newest first"), async (context, cancellationToken) =>
    {
        var host = await context.HostAsync(cancellationToken);
        var webhooks = await context.Report.WatchAsync("Asking", host.WebhooksAsync(cancellationToken));
        context.Report.Table(
            new WebhookListOutput(webhooks),
            ["ID", "NAME", "URL", "EVENTS", "STATE"],
            [.. webhooks.Select(webhook => (IReadOnlyList<string>)[webhook.Id, webhook.Name ?? "", webhook.Url, Events(webhook), State(webhook)])]);
        return ExitCode.Done;
    });

    private static Command Add(CommandRunner runner)
    {
        var url = new Argument<string>("url") { Description = "Where events are posted to" };
        var types = new Option<string[]>("--type") { Description = "A type of events, or a prefix that ends in *; can be repeated [default: all]", HelpName = "type" };
        var slug = new Option<string?>("--plugin") { Description = "Only events of this plugin", HelpName = "slug" };
        var name = new Option<string?>("--name") { Description = "What you call it", HelpName = "name" };
        var all = new Option<bool>("--all-users") { Description = "Events of all users (administrators)" };
        return runner.Bind(new Command("add", "Make a webhook and print its secret, once") { url, types, slug, name, all }, async (context, cancellationToken) =>
        {
            var body = new { url = context.Get(url), types = context.Get(types) ?? [], slug = context.Get(slug), name = context.Get(name), scope = context.Get(all) ? "all" : "own" };
            var host = await context.HostAsync(cancellationToken);
            if (context.IsDryRun)
            {
                var planned = await context.Report.WatchAsync("Asking", host.PlanWebhookAsync(body, cancellationToken));
                context.Report.Result(new DryRunOutput($"add webhook {planned.Url}"), $"Would send {Events(planned)} to {planned.Url}.");
                return ExitCode.Done;
            }

            var made = await context.Report.WatchAsync("Making a webhook", host.AddWebhookAsync(body, cancellationToken));
            Show(context, made, $"Made the webhook {made.Id}. Its secret is shown this once:");
            context.Report.Say($"Try it: berth webhooks test {made.Id}");
            return ExitCode.Done;
        });
    }

    private static Command Rotate(CommandRunner runner) => OfOne(runner, "rotate", "Give a webhook another secret and print it, once", "rotate", async (context, host, id, cancellationToken) =>
        Show(context, await context.Report.WatchAsync("Asking", host.RotateWebhookAsync(id, cancellationToken)), "Both secrets sign for a day. The new one is shown this once:"));

    private static Command Enable(CommandRunner runner, bool enabled)
    {
        var word = enabled ? "enable" : "disable";
        return OfOne(runner, word, enabled ? "Switch a webhook on: it gets what comes from now on" : "Switch a webhook off", word, async (context, host, id, cancellationToken) =>
        {
            await context.Report.WatchAsync("Asking", host.EnableWebhookAsync(id, enabled, cancellationToken));
            context.Report.Result(new WebhookChangedOutput(id, word), $"Done: {word} {id}.");
        });
    }

    private static Command Remove(CommandRunner runner) => OfOne(runner, "remove", "Remove a webhook with its log", "remove", async (context, host, id, cancellationToken) =>
    {
        await context.Report.WatchAsync("Asking", host.RemoveWebhookAsync(id, cancellationToken));
        context.Report.Result(new WebhookChangedOutput(id, "remove"), $"Removed the webhook {id}.");
    });

    private static Command OfOne(
        CommandRunner runner, string name, string description, string what, Func<CommandContext, ApiConnection, string, CancellationToken, Task> run)
    {
        var id = IdArgument();
        return runner.Bind(new Command(name, description) { id }, async (context, cancellationToken) =>
        {
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"{what} webhook {context.Get(id)}"), $"Would {what} the webhook {context.Get(id)}.");
                return ExitCode.Done;
            }

            await run(context, await context.HostAsync(cancellationToken), context.Get(id)!, cancellationToken);
            return ExitCode.Done;
        });
    }

    private static void Show(CommandContext context, WebhookRecord webhook, string sentence)
    {
        context.Report.Say(sentence);
        context.Report.Data(new WebhookSecretOutput(webhook.Id, webhook.Url, webhook.Secret ?? ""), webhook.Secret ?? "");
    }

    private static string Events(WebhookRecord webhook) =>
        $"{(webhook.Types is { Count: > 0 } types ? string.Join(',', types) : "all")}{(webhook.Slug is null ? "" : $" of {webhook.Slug}")}{(webhook.Scope == "all" ? " of all users" : "")}";

    private static string State(WebhookRecord webhook) =>
        !webhook.Enabled ? webhook.DisabledReason ?? "off" : webhook.Failures > 0 ? $"failing ({webhook.Failures})" : "on";

    private sealed record WebhookListOutput(IReadOnlyList<WebhookRecord> Webhooks) : JsonOutput;

    private sealed record WebhookSecretOutput(string Id, string Url, string Secret) : JsonOutput;

    private sealed record WebhookChangedOutput(string Id, string Done) : JsonOutput;
}
