using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Packaging.Enforcement;

namespace Berth.Cli.Commands;

/// <summary><c>berth isolation levels|limits|list|set|clear</c>: what the server can give, and where and with what single plugins and publishers run.</summary>
internal static class IsolationCommand
{
    private const string Path = "/api/v1/plugins/system/isolation/rules";

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var (kind, subject) = (Kind(), Subject());
        var level = new Argument<string>("level") { Description = "process, sandbox, container, or vm: then only JavaScript and WebAssembly runs" };
        level.AcceptOnlyFromAmong("process", "sandbox", "container", "vm");
        var reason = new Option<string>("--reason") { Description = "Why, in a sentence", HelpName = "text", Required = true };
        var memory = new Option<int?>("--memory") { Description = "Most memory of a worker, in MB", HelpName = "mb" };
        var cpu = new Option<int?>("--cpu") { Description = "Most of one processor, in percent", HelpName = "percent" };
        var seconds = new Option<int?>("--time") { Description = "Longest request, in seconds", HelpName = "seconds" };
        var processes = new Option<int?>("--processes") { Description = "Most threads and processes of a worker", HelpName = "number" };
        var files = new Option<int?>("--files") { Description = "Most open files of a worker", HelpName = "number" };
        var fileSize = new Option<int?>("--file-size") { Description = "Largest file, in MB", HelpName = "mb" };
        var disk = new Option<int?>("--disk") { Description = "Most of all temporary files together, in MB", HelpName = "mb" };
        var bandwidth = new Option<int?>("--bandwidth") { Description = "Most to and from the network a second, in KB, each direction", HelpName = "kb" };
        var (clearedKind, cleared) = (Kind(), Subject());
        return new Command("isolation", "Where plugins' code runs at least, for administrators")
        {
            runner.Bind(new Command("levels", "What the server's machine can give"), LevelsAsync),
            runner.Bind(new Command("limits", "What the host and each running plugin may use at most"), LimitsView.RunAsync),
            runner.Bind(new Command("list", "List the rules"), ListAsync),
            runner.Bind(
                new Command("set", "Run a plugin, or all plugins of a publisher, at this level at least") { kind, subject, level, reason, memory, cpu, processes, files, fileSize, disk, seconds, bandwidth },
                (context, cancellationToken) => SetAsync(
                    context, context.Get(kind)!, context.Get(subject)!, context.Get(level)!,
                    new RuleBody(context.Get(level)!, context.Get(reason)!, new UsageLimits
                    {
                        MemoryMegabytes = context.Get(memory),
                        CpuPercent = context.Get(cpu),
                        Processes = context.Get(processes),
                        OpenFiles = context.Get(files),
                        FileSizeMegabytes = context.Get(fileSize),
                        DiskMegabytes = context.Get(disk),
                        ExecutionSeconds = context.Get(seconds),
                        BandwidthKilobytes = context.Get(bandwidth),
                    }),
                    cancellationToken)),
            runner.Bind(
                new Command("clear", "Run them where the policies say again") { clearedKind, cleared },
                (context, cancellationToken) => ClearAsync(context, context.Get(clearedKind)!, context.Get(cleared)!, cancellationToken)),
        };
    }

    private static Argument<string> Kind()
    {
        var kind = new Argument<string>("kind") { Description = "plugin or publisher" };
        kind.AcceptOnlyFromAmong("plugin", "publisher");
        return kind;
    }

    private static Argument<string> Subject() => new("subject") { Description = "The plugin's slug or the publisher's name" };

    private static async Task<ExitCode> LevelsAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        LevelsView.Show(context.Report, await context.Report.WatchAsync("Asking", host.IsolationAsync(cancellationToken)));
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ListAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var rules = (await context.Report.WatchAsync("Asking", host.GetAsync<RuleList>(Path, cancellationToken))).Rules;
        context.Report.Table(
            new RulesOutput(rules), ["KIND", "SUBJECT", "LEVEL", "LIMITS", "PLUGINS", "REASON"],
            [.. rules.Select(rule => (IReadOnlyList<string>)[rule.Kind, rule.Subject, rule.Level, Text(rule.Limits), string.Join(' ', rule.Plugins), rule.Reason])]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> SetAsync(CommandContext context, string kind, string subject, string level, RuleBody body, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var rule = await context.Report.WatchAsync("Setting", host.SendAsync<Rule>(HttpMethod.Put, Address(context, kind, subject), body, cancellationToken));
        context.Report.Result(
            new RuleOutput(rule, context.IsDryRun ? true : null),
            $"The {kind} {subject} {(context.IsDryRun ? "would run" : "runs")} at isolation level {level} at least; what runs is moved within a minute.{Stopped(rule, context.IsDryRun)}");
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ClearAsync(CommandContext context, string kind, string subject, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        await context.Report.WatchAsync("Asking", host.SendAsync(HttpMethod.Delete, Address(context, kind, subject), null, cancellationToken));
        context.Report.Result(new ClearedOutput(kind, subject, context.IsDryRun ? true : null), $"The {kind} {subject} {(context.IsDryRun ? "would run" : "runs")} where the policies say.");
        return ExitCode.Done;
    }

    private static string Stopped(Rule rule, bool isDryRun) => rule.Stopped is { Count: > 0 } stopped
        ? $" Not for vm, and {(isDryRun ? "would not run" : "does not run")} any more: {string.Join(", ", stopped)}."
        : "";

    private static string Address(CommandContext context, string kind, string subject) =>
        $"{Path}/{kind}/{Uri.EscapeDataString(subject)}{(context.IsDryRun ? "?dry_run=true" : "")}";

    // Memory, processor and time are known by their units.
    private static string Text(UsageLimits? limits)
    {
        (int? Value, string Before, string After)[] all =
        [
            (limits?.MemoryMegabytes, "", " MB"), (limits?.CpuPercent, "", " %"), (limits?.Processes, "", " processes"), (limits?.OpenFiles, "", " files"),
            (limits?.FileSizeMegabytes, "file ", " MB"), (limits?.DiskMegabytes, "disk ", " MB"), (limits?.ExecutionSeconds, "", " s"), (limits?.BandwidthKilobytes, "network ", " KB/s"),
        ];
        return string.Join(", ", all.Where(one => one.Value is not null).Select(one => $"{one.Before}{one.Value}{one.After}"));
    }

    private sealed record RuleBody(string Level, string Reason, UsageLimits Limits);

    private sealed record RuleList(IReadOnlyList<Rule> Rules);

    private sealed record Rule(string Kind, string Subject, string Level, UsageLimits? Limits, IReadOnlyList<string> Plugins, string Reason, string? SetBy, DateTimeOffset? SetAt, IReadOnlyList<string>? Stopped = null);

    private sealed record RulesOutput(IReadOnlyList<Rule> Rules) : JsonOutput;

    private sealed record RuleOutput(Rule Rule, bool? DryRun) : JsonOutput;

    private sealed record ClearedOutput(string Kind, string Subject, bool? DryRun) : JsonOutput;
}
