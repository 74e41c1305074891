using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth channels list|history|promote|rollback|release</c>: what the channels of a plugin give, for its publisher.</summary>
internal static class ChannelsCommand
{
    private const string Stable = "stable";

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("channels", "What the channels of a plugin give: list, promote, roll back")
        {
            List(runner),
            History(runner),
            Move(runner, "promote", "Point a channel to a newer version"),
            Move(runner, "rollback", "Point a channel back to an older version; nobody's installation goes back by itself"),
            Release(runner),
        };

    private static Command List(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        return runner.Bind(new Command("list", "What each channel gives") { slug }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var list = await context.Report.WatchAsync("Asking", registry.ChannelsAsync(context.Get(slug)!, cancellationToken));
            context.Report.Table(
                new ChannelsOutput(list.Slug, list.Channels), ["CHANNEL", "VERSION", "CHOSEN"],
                [.. list.Channels.Select(channel => (IReadOnlyList<string>)[channel.Name, channel.Version ?? "", channel.Chosen ?? ""])]);
            return ExitCode.Done;
        });
    }

    private static Command History(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        return runner.Bind(new Command("history", "Who changed which channel, newest first") { slug }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var history = await context.Report.WatchAsync("Asking", registry.ChannelHistoryAsync(context.Get(slug)!, cancellationToken));
            context.Report.Table(
                new HistoryOutput(history.Slug, history.Changes), ["AT", "CHANNEL", "WHAT", "FROM", "TO", "BY", "REASON"],
                [.. history.Changes.Select(change => (IReadOnlyList<string>)
                [
                    $"{change.At:yyyy-MM-dd HH:mm}", change.Channel, change.Kind, change.Previous ?? "", change.Version ?? "", change.ChangedBy ?? "", change.Reason ?? "",
                ])]);
            return ExitCode.Done;
        });
    }

    private static Command Move(CommandRunner runner, string way, string description)
    {
        var (slug, version) = (SlugArgument.Create(), YankCommand.VersionArgument());
        var channel = new Argument<string>("channel") { Description = "The channel [default: stable]", DefaultValueFactory = _ => Stable };
        var reason = new Option<string?>("--reason") { Description = "Why, for the history", HelpName = "text" };
        return runner.Bind(new Command(way, description) { slug, version, channel, reason }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var done = await context.Report.WatchAsync("Changing", registry.MoveChannelAsync(
                context.Get(slug)!, context.Get(version)!, way, context.Get(channel)!, context.Get(reason), context.IsDryRun, cancellationToken));
            return Report(context, done);
        });
    }

    private static Command Release(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var channel = new Argument<string>("channel") { Description = "The channel" };
        return runner.Bind(new Command("release", "Let a channel follow the version numbers again") { slug, channel }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            return Report(context, await context.Report.WatchAsync(
                "Changing", registry.ReleaseChannelAsync(context.Get(slug)!, context.Get(channel)!, context.IsDryRun, cancellationToken)));
        });
    }

    private static ExitCode Report(CommandContext context, ChannelMove done)
    {
        var verb = context.IsDryRun ? "would give" : "gives";
        context.Report.Result(
            new MoveOutput(done.Slug, done.Channel, done.Version, done.Previous, context.IsDryRun ? true : null),
            $"The channel {done.Channel} of {done.Slug} {verb} {done.Version ?? "what the version numbers say"}{(done.Previous is null ? "" : $" (before: {done.Previous})")}.");
        return ExitCode.Done;
    }

    private sealed record ChannelsOutput(string Slug, IReadOnlyList<ChannelEntry> Channels) : JsonOutput;

    private sealed record HistoryOutput(string Slug, IReadOnlyList<ChannelHistoryEntry> Changes) : JsonOutput;

    private sealed record MoveOutput(string Slug, string Channel, string? Version, string? Previous, bool? DryRun) : JsonOutput;
}
