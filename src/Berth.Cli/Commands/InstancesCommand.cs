using System.CommandLine;
using System.Globalization;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth instances</c>: the loaded plugin versions of a host, for administrators.</summary>
internal static class InstancesCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("instances", "Loaded plugin versions: reload, unload, quarantine, release (administrators)")
        {
            runner.Bind(new Command("list", "List them with state, leases and failures"), ListAsync),
            Action(runner, "reload", "Bring up a new instance and switch to it; no call fails", "Reloading", "reloaded"),
            Action(runner, "unload", "Drain and unload; the next call loads it again", "Unloading", "unloaded"),
            Action(runner, "release", "Let a version run again that was quarantined, failed or leaked", "Releasing", "released"),
            Quarantine(runner),
            Wanted(runner, "want", HttpMethod.Put, "Load a version at every start", "is loaded at every start"),
            Wanted(runner, "unwant", HttpMethod.Delete, "Load a version no longer at every start", "is loaded at every start no longer"),
            SafeMode(runner),
        };
        return command;
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var found = await context.Report.WatchAsync("Asking", host.InstanceListAsync(cancellationToken));
        context.Report.Table(
            new InstancesOutput(found.SafeMode, found.Instances),
            ["PLUGIN", "VERSION", "STATE", "LEVEL", "LEASES", "CALLS", "FAILURES", "MEMORY", "CPU", "REASON"],
            [.. found.Instances.Select(one => (IReadOnlyList<string>)[one.Slug, one.Version, one.State, one.Isolation ?? "", $"{one.Leases}", $"{one.Calls}", $"{one.Failures}", Memory(one.Worker), Processor(one.Worker), one.Reason ?? ""])]);
        return ExitCode.Done;
    }

    // Of a worker; what runs in the host's own process has no figure of its own.
    private static string Memory(WorkerEntry? worker) => worker is null ? "-" : TopView.Bytes(worker.MemoryBytes);

    private static string Processor(WorkerEntry? worker) => worker is null ? "-" : string.Create(CultureInfo.InvariantCulture, $"{worker.CpuSeconds:0.0} s");

    private static Command Action(CommandRunner runner, string action, string description, string doing, string done)
    {
        var (slug, version) = Arguments();
        return runner.Bind(
            new Command(action, description) { slug, version },
            (context, cancellationToken) => SendAsync(context, context.Get(slug)!, context.Get(version)!, HttpMethod.Post, action, null, doing, done, cancellationToken));
    }

    private static Command Quarantine(CommandRunner runner)
    {
        var (slug, version) = Arguments();
        var reason = new Option<string>("--reason") { Description = "Why, in a sentence", HelpName = "text", Required = true };
        return runner.Bind(
            new Command("quarantine", "Stop a version and keep it from running on every node") { slug, version, reason },
            async (context, cancellationToken) =>
            {
                var (name, number) = (context.Get(slug)!, context.Get(version)!);
                // It can be undone, so without a terminal it goes on.
                if (!context.IsDryRun && context.Prompt.IsPossible && !await context.Prompt.ConfirmAsync($"Stop {name} {number} for all its users?", cancellationToken))
                    throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
                return await SendAsync(context, name, number, HttpMethod.Post, "quarantine", new { reason = context.Get(reason) }, "Quarantining", "quarantined", cancellationToken);
            });
    }

    private static Command Wanted(CommandRunner runner, string name, HttpMethod method, string description, string done)
    {
        var (slug, version) = Arguments();
        return runner.Bind(
            new Command(name, description) { slug, version },
            async (context, cancellationToken) =>
            {
                var (plugin, number) = (context.Get(slug)!, context.Get(version)!);
                if (!context.IsDryRun)
                    await (await context.HostAsync(cancellationToken)).InstanceAsync(method, plugin, number, "wanted", null, isDryRun: false, cancellationToken);
                context.Report.Result(new InstanceOutput(plugin, number, name, context.IsDryRun ? true : null), $"{plugin} {number} {(context.IsDryRun ? "would be changed: it " : "")}{done}.");
                return ExitCode.Done;
            });
    }

    private static Command SafeMode(CommandRunner runner)
    {
        var state = new Argument<string>("state") { Description = "on or off" };
        state.AcceptOnlyFromAmong("on", "off");
        return runner.Bind(
            new Command("safe-mode", "Run the host without plugins, or with them again") { state },
            async (context, cancellationToken) =>
            {
                var isOn = context.Get(state) == "on";
                var host = await context.HostAsync(cancellationToken);
                await context.Report.WatchAsync(isOn ? "Unloading all plugins" : "Ending safe mode", host.SetSafeModeAsync(isOn, context.IsDryRun, cancellationToken));
                context.Report.Result(new SafeModeOutput(isOn, context.IsDryRun ? true : null), $"Safe mode {(context.IsDryRun ? "would be" : "is")} {(isOn ? "on: no plugin runs." : "off: plugins are loaded with their next call.")}");
                return ExitCode.Done;
            });
    }

    private static async Task<ExitCode> SendAsync(
        CommandContext context, string slug, string version, HttpMethod method, string action, object? body, string doing, string done, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        await context.Report.WatchAsync($"{doing} {slug} {version}", host.InstanceAsync(method, slug, version, action, body, context.IsDryRun, cancellationToken));
        context.Report.Result(new InstanceOutput(slug, version, action, context.IsDryRun ? true : null), $"{slug} {version} {(context.IsDryRun ? "would be" : "is")} {done}.");
        return ExitCode.Done;
    }

    private static (Argument<string> Slug, Argument<string> Version) Arguments() =>
        (SlugArgument.Create(), new Argument<string>("version") { Description = "The version, for example 1.2.0" });

    private sealed record InstancesOutput(bool SafeMode, IReadOnlyList<InstanceEntry> Instances) : JsonOutput;

    private sealed record InstanceOutput(string Slug, string Version, string Action, bool? DryRun) : JsonOutput;

    private sealed record SafeModeOutput(bool SafeMode, bool? DryRun) : JsonOutput;
}
