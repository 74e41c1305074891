using System.CommandLine;
using System.Text.Json.Nodes;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth auto-update SLUG on|off|show</c>: whether the host updates one of your plugins by itself, and why it did not.</summary>
internal static class AutoUpdateCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var what = new Argument<string>("what") { Description = "on, off, or show" };
        what.AcceptOnlyFromAmong("on", "off", "show");
        var channel = new Option<string?>("--channel") { Description = "With on: the channel whose versions it takes, for example latest, stable or beta", HelpName = "channel" };
        return runner.Bind(
            new Command("auto-update", "Let one of your plugins be updated by itself") { slug, what, channel },
            (context, cancellationToken) => (context.Get(what), context.Get(channel)) switch
            {
                ("on", var named) => SetAsync(context, context.Get(slug)!, isOn: true, named, cancellationToken),
                (_, not null) => throw new CommandFailedException(ExitCode.Usage, "client.auto_update.channel", "--channel goes with on only.", "See `berth channel` for the channel alone."),
                ("off", _) => SetAsync(context, context.Get(slug)!, isOn: false, null, cancellationToken),
                _ => ShowAsync(context, context.Get(slug)!, cancellationToken),
            });
    }

    private static async Task<ExitCode> SetAsync(CommandContext context, string slug, bool isOn, string? channel, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var change = new JsonObject { ["auto_update"] = isOn };
        if (channel is not null)
        {
            change["channel"] = channel;
        }

        var done = await context.Report.WatchAsync($"Changing {slug}", host.SetPolicyAsync(slug, change, context.IsDryRun, cancellationToken));
        var onChannel = channel is null ? "" : $" on the channel {channel}";
        context.Report.Result(
            new ChangeOutput(slug, isOn, done.Channel ?? channel, context.IsDryRun ? true : null),
            $"{slug} {(context.IsDryRun ? "would be" : "is")} {(isOn ? $"updated by itself{onChannel}" : "updated by you alone")}.");
        foreach (var note in done.Notes ?? done.Plan?.Notes?.Select(note => note.ToString()) ?? [])
        {
            context.Report.Warn(note);
        }

        if (!context.IsDryRun && isOn)
        {
            context.Report.Say($"What becomes of it: berth auto-update {slug} show");
        }

        return ExitCode.Done;
    }

    private static async Task<ExitCode> ShowAsync(CommandContext context, string slug, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var status = await context.Report.WatchAsync("Asking", host.AutoUpdateOfAsync(slug, cancellationToken));
        context.Report.Data(new ShowOutput(slug, status), Lines(status));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(AutoUpdateStatus status)
    {
        yield return $"{status.PluginSlug} {status.CurrentVersion}: {Sentence(status)}";
        if (status.Reason is not null)
        {
            yield return $"why: {status.Reason} ({status.Code})";
        }

        if (status.NextAttemptAt is { } next)
        {
            yield return $"tried {status.Attempts} times, next not before {next:yyyy-MM-dd HH:mm}";
        }

        yield return $"channel: {status.Channel}";
        if (status.CheckedAt is { } at)
        {
            yield return $"looked at: {at:yyyy-MM-dd HH:mm}";
        }

        if (status.IntervalSeconds is 0)
        {
            yield return "this host updates nothing by itself: its operator switched that off";
        }
    }

    private static string Sentence(AutoUpdateStatus status) => status.State switch
    {
        "off" => "updated by you alone",
        "paused" => "not updated while it is disabled",
        "updated" => $"updated by itself to {status.Version}",
        "cooling_down" => "a newer version waits until it is old enough",
        "withheld" => $"{status.Version} waits for you",
        "failed" => $"the update to {status.Version} failed and will be tried again",
        "given_up" => $"the update to {status.Version} was given up",
        _ => "updated by itself; there is nothing newer",
    };

    private sealed record ChangeOutput(string Slug, bool AutoUpdate, string? Channel, bool? DryRun) : JsonOutput;

    private sealed record ShowOutput(string Slug, AutoUpdateStatus AutoUpdate) : JsonOutput;
}
